//! Arithmetic of matrices: computes the matrix that a sum, product or power of matrices stands for.
//!
//! Accepts: sums of matrices of one shape, scalar multiples, products of matching shapes, powers up to [`MAX_POWER`],
//! transposes (`A^T`). Refuses: shapes that do not match, matrices larger than [`MAX_SIDE`], results larger than
//! [`MAX_NODES`], inverses; such an expression is equal only to itself as written.

use crate::math::node::{MulOp, Node, Sign};

/// Most rows and columns of a matrix in arithmetic.
const MAX_SIDE: usize = 6;
/// Largest power of a matrix.
const MAX_POWER: u32 = 4;
/// Most nodes in all the entries of a result: a product of n factors doubles its entries n times.
const MAX_NODES: usize = 1_500;

type Rows = Vec<Vec<Node>>;

/// The matrix that an expression stands for; `None` where it does not stand for one, or is already a plain matrix.
pub fn value(node: &Node) -> Option<Node> {
    match node {
        Node::Sum(_) | Node::Product(_) | Node::Power(..) if holds_matrix(node) => rows(node).map(Node::Matrix),
        _ => None,
    }
}

fn rows(node: &Node) -> Option<Rows> {
    match node {
        Node::Matrix(rows) => (rows.len() <= MAX_SIDE && rows.iter().all(|row| row.len() <= MAX_SIDE)).then(|| rows.clone()),
        Node::Sum(terms) => sum(terms),
        Node::Product(factors) => product(factors),
        Node::Power(base, exponent) => power(&rows(base)?, exponent),
        _ => None,
    }
}

fn sum(terms: &[(Sign, Node)]) -> Option<Rows> {
    let mut total: Option<Rows> = None;
    for (sign, term) in terms {
        let term = map(&rows(term)?, |entry| Node::Sum(vec![(*sign, entry.clone())]));
        if size(&term) + total.as_ref().map_or(0, size) > MAX_NODES {
            return None;
        }
        total = Some(match total {
            None => term,
            Some(total) => plus(&total, &term)?,
        });
    }
    total
}

/// A product of matrices in their order, and of scalars at any place.
fn product(factors: &[(MulOp, Node)]) -> Option<Rows> {
    let mut scalars = Vec::new();
    let mut product: Option<Rows> = None;
    for (op, factor) in factors {
        match (op, rows(factor)) {
            (MulOp::Times, Some(matrix)) => {
                product = Some(match product {
                    None => matrix,
                    Some(product) => times(&product, &matrix)?,
                });
            }
            (_, None) if !holds_matrix(factor) => scalars.push((*op, factor.clone())),
            _ => return None,
        }
    }
    let product = product?;
    if scalars.is_empty() {
        return Some(product);
    }
    let mut nodes = 1;
    scalars.iter().for_each(|(_, scalar)| scalar.walk(&mut |_| nodes += 1));
    if size(&product) + nodes * MAX_SIDE * MAX_SIDE > MAX_NODES {
        return None;
    }
    Some(map(&product, |entry| {
        let mut factors = scalars.clone();
        factors.push((MulOp::Times, entry.clone()));
        Node::Product(factors)
    }))
}

/// A power or the transpose of a matrix.
fn power(base: &Rows, exponent: &Node) -> Option<Rows> {
    if matches!(exponent, Node::Symbol(name) if matches!(name.as_ref(), "T" | "\\top")) {
        return Some(transpose(base));
    }
    let power: u32 = exponent.literal().filter(|power| power.is_integer())?.to_integer().try_into().ok()?;
    let mut product = base.clone();
    for _ in 1..(1..=MAX_POWER).contains(&power).then_some(power)? {
        product = times(&product, base)?;
    }
    Some(product)
}

fn holds_matrix(node: &Node) -> bool {
    let mut found = false;
    node.walk(&mut |node| found |= matches!(node, Node::Matrix(_)));
    found
}

fn map(rows: &Rows, entry: impl Fn(&Node) -> Node) -> Rows {
    rows.iter().map(|row| row.iter().map(&entry).collect()).collect()
}

fn plus(left: &Rows, right: &Rows) -> Option<Rows> {
    let same_shape = left.len() == right.len() && left.iter().zip(right).all(|(l, r)| l.len() == r.len());
    let add = |(l, r): (&Node, &Node)| Node::Sum(vec![(Sign::Plus, l.clone()), (Sign::Plus, r.clone())]);
    same_shape.then(|| left.iter().zip(right).map(|(l, r)| l.iter().zip(r).map(add).collect()).collect())
}

fn times(left: &Rows, right: &Rows) -> Option<Rows> {
    let (inner, width) = (right.len(), right.first()?.len());
    if left.iter().any(|row| row.len() != inner) {
        return None;
    }
    // Every entry of the left matrix is used once per column of the right, and every entry of the right once per row of
    // the left.
    if size(left) * width + size(right) * left.len() > MAX_NODES {
        return None;
    }
    let entry = |row: &Vec<Node>, column: usize| {
        let product = |place: usize| {
            let factors = vec![(MulOp::Times, row[place].clone()), (MulOp::Times, right[place][column].clone())];
            (Sign::Plus, Node::Product(factors))
        };
        Node::Sum((0..inner).map(product).collect())
    };
    Some(left.iter().map(|row| (0..width).map(|column| entry(row, column)).collect()).collect())
}

fn size(rows: &Rows) -> usize {
    let mut nodes = 0;
    rows.iter().flatten().for_each(|entry| entry.walk(&mut |_| nodes += 1));
    nodes
}

fn transpose(rows: &Rows) -> Rows {
    let width = rows.first().map_or(0, Vec::len);
    (0..width).map(|column| rows.iter().map(|row| row[column].clone()).collect()).collect()
}
