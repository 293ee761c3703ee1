"""Adapters for trainers and evaluation frameworks, one module for each.

No module imports a framework before it is used.
"""
