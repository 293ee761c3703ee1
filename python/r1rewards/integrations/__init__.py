"""Adapters for trainers: one small module a framework; none imports its framework before it is used."""
