//! Vectors in bold and under an arrow: `\mathbf{F}` and `\vec{F}` are one vector where each answer has one of the two marks only.

use super::Node;

const BOLD: &str = "\\acc{b:";
const ARROW: &str = "\\acc{vec:";

/// Both answers with bold letters for arrows; `None` where both have the same marks or one of them has both.
pub(super) fn in_bold(gold: &Node, answer: &Node) -> Option<(Node, Node)> {
    let (bold, arrows) = (has(gold, BOLD) != has(answer, BOLD), has(gold, ARROW) != has(answer, ARROW));
    let apart = |node: &Node| !(has(node, BOLD) && has(node, ARROW));
    (bold && arrows && apart(gold) && apart(answer)).then(|| (renamed(gold), renamed(answer)))
}

fn has(node: &Node, mark: &str) -> bool {
    let mut found = false;
    node.walk(&mut |node| found |= matches!(node, Node::Marked(name) if name.starts_with(mark)));
    found
}

fn renamed(node: &Node) -> Node {
    let mut node = node.clone();
    rename(&mut node);
    node
}

fn rename(node: &mut Node) {
    match node {
        Node::Marked(name) => {
            if let Some(rest) = name.strip_prefix(ARROW) {
                *name = format!("{BOLD}{rest}").into();
            }
        }
        node => node.children_mut().into_iter().for_each(rename),
    }
}
