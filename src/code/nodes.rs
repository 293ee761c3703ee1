//! Linked lists and binary trees as arguments and results of calls: lists in the row, objects for the program.
//!
//! Accepts: the names below. The objects are made and read in the program's instance (`sandboxes/python/app/nodes.py`), from
//! the classes that the program or the prelude defines, else from [`CLASSES`].

use super::bad_tests::{Read, bad};

/// How an argument or a result crosses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// As it is.
    Plain,
    /// A linked list of `ListNode`, from the list of its values.
    List,
    /// A binary tree of `TreeNode`, from its values by levels, with `null` where a child is missing.
    Tree,
    /// A list of linked lists.
    Lists,
    /// A list of binary trees.
    Trees,
}

impl Shape {
    const NAMES: [(&str, Shape); 4] =
        [("ListNode", Shape::List), ("TreeNode", Shape::Tree), ("list[ListNode]", Shape::Lists), ("list[TreeNode]", Shape::Trees)];

    /// The shape of this name; `None` is plain data.
    pub(super) fn named(name: Option<&str>, place: &str) -> Read<Shape> {
        let Some(name) = name else { return Ok(Shape::Plain) };
        let found = Self::NAMES.iter().find(|(known, _)| *known == name);
        let known = Self::NAMES.map(|(known, _)| known).join(", ");
        found.map(|(_, shape)| *shape).ok_or_else(|| bad(format!("`{place}` is `{name}`: use null or one of {known}")))
    }

    /// Its name; empty for plain data.
    pub(super) fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, shape)| *shape == self).map_or("", |(name, _)| name)
    }
}

/// The classes for programs that use them without defining them.
pub(super) const CLASSES: &str = "\
class ListNode:
    def __init__(self, val=0, next=None):
        self.val, self.next = val, next
class TreeNode:
    def __init__(self, val=0, left=None, right=None):
        self.val, self.left, self.right = val, left, right
";
