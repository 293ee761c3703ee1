//! Typical requests: what ordinary programs and ordinary tests ask of a guest.

/// A request, and the program that answers what it asks of the host.
pub struct Sample {
    /// The request of the instance that is measured.
    pub request: Vec<u8>,
    /// Loaded in another instance beforehand.
    pub program: Option<Vec<u8>>,
}

const SMALL: &str = "n = int(input())\nprint(sum(i * i for i in range(n)))\n";
const LIBRARY: &str = r#"
import re, sys
from collections import Counter, defaultdict, deque
class Graph:
    def __init__(self, n): self.edges = defaultdict(list); self.n = n
    def add(self, a, b): self.edges[a].append(b); self.edges[b].append(a)
    def reach(self, start):
        seen, queue = {start}, deque([start])
        while queue:
            for other in self.edges[queue.popleft()]:
                if other not in seen: seen.add(other); queue.append(other)
        return seen
graph = Graph(5)
for a, b in [(1, 2), (2, 3), (4, 5)]: graph.add(a, b)
print(sorted(graph.reach(1)), Counter(re.findall("[a-z]+", "b a c a")).most_common(1), f"{1.5:.2f}")
"#;
const LISTS: &str = r#"
from typing import List
def f(numbers: List[int], k: int = 2) -> List[int]:
    """The k largest."""
    return sorted(numbers, reverse=True)[:k]
"#;
const LISTS_CHECK: &str = "def check(candidate):\n    assert candidate([3, 1, 2], 2) == [3, 2]\n    assert candidate([], 1) == []\n    assert candidate([5, -1, 7, 7], 3) == [7, 7, 5]\n\ncheck(f)\n";
const TEXT: &str = "def f(s):\n    words = s.split()\n    return {w: words.count(w) for w in words}\n";
const TEXT_CHECK: &str = "METADATA = {'author': 'x'}\n\n\ndef check(candidate):\n    assert candidate('a b b a') == {'a': 2, 'b': 2}, 'counts'\n    assert candidate('') == {}\n    assert abs(len(candidate('x')) - 1.0) < 1e-6\n";
const CASES_CHECK: &str = "assert f('a b a') == {'a': 2, 'b': 1}\nassert f('') == {}\n";

/// All of them.
pub fn all() -> Vec<Sample> {
    let alone = |request: Vec<u8>| Sample { request, program: None };
    let check = |program: &str, tests: &str, entry: &str| Sample {
        request: tuple(&[text("check"), text(""), text(tests), text(entry), b"F".to_vec(), b"l\0\0\0\0".to_vec()]),
        program: Some(tuple(&[text("load"), text(program)])),
    };
    vec![
        alone(tuple(&[text("run"), text("print(1)")])),
        alone(tuple(&[text("run"), text(SMALL)])),
        alone(tuple(&[text("run"), text(LIBRARY)])),
        alone(tuple(&[text("load"), text(LISTS)])),
        alone(tuple(&[text("load"), text(TEXT)])),
        check(LISTS, LISTS_CHECK, "f"),
        check(TEXT, TEXT_CHECK, "f"),
        check(TEXT, CASES_CHECK, "f"),
    ]
}

// The encoding that `app/wire.py` describes.

fn text(text: &str) -> Vec<u8> {
    [b"s", &length(text.len())[..], text.as_bytes()].concat()
}

fn tuple(parts: &[Vec<u8>]) -> Vec<u8> {
    [b"t", &length(parts.len())[..], &parts.concat()].concat()
}

fn length(length: usize) -> [u8; 4] {
    u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes()
}
