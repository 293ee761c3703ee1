//! What the operators of one function cost, and where each charge stands.
//!
//! A stretch of code is *certain* if every pass through its loop (or every entry of its function) runs it, but for passes that leave the loop: it lies in no
//! arm of an `if`, and no earlier branch of the pass jumps over it. What is certain is charged in full where the pass or the function begins. What is not
//! certain is charged there too, up to [`UNCERTAIN`] units, since a pass runs some of it; and a stretch of it without a branch that costs at least [`STRETCH`] units is
//! charged where it begins.
//!
//! A loop with a branch table of at least [`DISPATCH`] targets is the main loop of an interpreter: a pass runs one of very many arms, so it costs [`PASS`].

use wasmparser::Operator;

/// What one pass through the main loop of an interpreter costs.
const PASS: i64 = 50;
/// The most that a pass or an entry is charged for code that it may not run.
const UNCERTAIN: i64 = 12;
/// A stretch without branches that costs as much is charged by itself.
const STRETCH: i64 = 64;
/// Targets of a branch table that make a loop an interpreter's.
const DISPATCH: u32 = 48;
/// Entering a function that calls another one: about what the frame and the check cost.
const ENTRY: i64 = 16;
/// A function that costs less than this when entered, and calls nobody, is paid for by its caller.
const FREE_ENTRY: i64 = 16;

/// What one function costs.
#[derive(Debug)]
pub struct Costs {
    /// When the function is entered.
    pub entry: i64,
    /// By operator: the charge at its place, 0 for most. That of a loop is for each pass, and stands at the start of its body; others stand before the operator.
    pub places: Vec<i64>,
    /// By operator: whether it is the header of an interpreter's main loop.
    pub dispatch: Vec<bool>,
    /// Has an instruction charged by its length, which needs a local to hold it.
    pub measured: bool,
}

/// A block, an arm of an `if`, a loop or the function's body that is open at some operator.
struct Frame {
    /// The region that the frame's operators belong to: of the function, or of the innermost loop.
    region: usize,
    /// Operators from here to the frame's end may be jumped over.
    uncertain: bool,
}

/// The body of a loop without inner loops, or that of the function without any.
#[derive(Default)]
struct Region {
    /// The operator that opens it; none for the function.
    header: Option<usize>,
    /// The frame that it begins with.
    frame: usize,
    certain: i64,
    uncertain: i64,
    dispatch: bool,
}

impl Costs {
    /// The costs of a function with these operators.
    pub fn of(operators: &[Operator]) -> Costs {
        let mut costs =
            Costs { entry: 0, places: vec![0; operators.len()], dispatch: vec![false; operators.len()], measured: false };
        let mut regions = vec![Region::default()];
        let mut open = vec![Frame { region: 0, uncertain: false }];
        let mut calls = false;
        // The uncertain stretch that is going on: where it began, and its cost so far.
        let mut stretch = (0, 0);
        for (place, operator) in operators.iter().enumerate() {
            let Some(frame) = open.last() else { break };
            let region = frame.region;
            // Frames outside of the region's own don't matter: a pass that runs is in all of them.
            let uncertain = open[regions[region].frame..].iter().any(|frame| frame.uncertain);
            let by_constant = place > 0 && matches!(operators[place - 1], Operator::I32Const { .. } | Operator::I64Const { .. });
            let cost = cost(operator, by_constant);
            if uncertain {
                regions[region].uncertain += cost;
                stretch.1 += cost;
            } else {
                regions[region].certain += cost;
            }
            match operator {
                Operator::Block { .. } => open.push(Frame { region, uncertain: false }),
                Operator::If { .. } => open.push(Frame { region, uncertain: true }),
                Operator::Loop { .. } => {
                    regions.push(Region { header: Some(place), frame: open.len(), ..Region::default() });
                    open.push(Frame { region: regions.len() - 1, uncertain: false });
                }
                Operator::End => drop(open.pop()),
                Operator::Br { relative_depth } | Operator::BrIf { relative_depth } => {
                    jump(&mut open, *relative_depth);
                }
                Operator::BrTable { targets } => {
                    regions[region].dispatch |= targets.len() >= DISPATCH;
                    for target in targets.targets().flatten().chain([targets.default()]) {
                        jump(&mut open, target);
                    }
                }
                Operator::Return | Operator::Unreachable => jump(&mut open, u32::MAX),
                Operator::Call { .. } | Operator::CallIndirect { .. } | Operator::CallRef { .. } => calls = true,
                Operator::MemoryCopy { .. } | Operator::MemoryFill { .. } | Operator::MemoryGrow { .. } => costs.measured = true,
                _ => {}
            }
            if ends_a_stretch(operator) {
                if stretch.1 >= STRETCH {
                    costs.places[stretch.0] = stretch.1;
                    regions[region].uncertain -= stretch.1;
                }
                stretch = (place + 1, 0);
            }
        }
        for region in regions {
            let all = region.certain + region.uncertain.min(UNCERTAIN);
            match region.header {
                None => {
                    costs.entry = if calls {
                        all + ENTRY
                    } else if all >= FREE_ENTRY {
                        all
                    } else {
                        0
                    }
                }
                Some(header) if region.dispatch => {
                    costs.places[header] = PASS;
                    costs.dispatch[header] = true;
                }
                Some(header) => costs.places[header] = all,
            }
        }
        costs
    }
}

/// Notes that an operator may jump to the end (of a loop: the start) of the frame `depth` levels out: what follows it in that frame may not run. Of a loop that
/// is left so, only the last pass is cut short: it is charged as if it ran whole.
fn jump(open: &mut [Frame], depth: u32) {
    let target = usize::try_from(depth).ok().and_then(|depth| open.len().checked_sub(depth.saturating_add(1)));
    if let Some(frame) = open.get_mut(target.unwrap_or(0)) {
        frame.uncertain = true;
    }
}

/// Whether control may go elsewhere after it, or come from elsewhere to what follows.
fn ends_a_stretch(operator: &Operator) -> bool {
    matches!(
        operator,
        Operator::Block { .. }
            | Operator::Loop { .. }
            | Operator::If { .. }
            | Operator::Else
            | Operator::End
            | Operator::Br { .. }
            | Operator::BrIf { .. }
            | Operator::BrTable { .. }
            | Operator::Return
            | Operator::Unreachable
    )
}

/// What one operator costs, about in twelfths of a nanosecond: nothing if it becomes no instruction of the processor of its own (locals are registers, constants
/// are operands, comparisons belong to branches); more than one unit for what a processor does fewer of at a time. A division `by_constant`
/// is compiled to a multiplication.
fn cost(operator: &Operator, by_constant: bool) -> i64 {
    use Operator as Op;
    match operator {
        Op::LocalGet { .. } | Op::LocalSet { .. } | Op::LocalTee { .. } => 0,
        Op::I32Const { .. } | Op::I64Const { .. } | Op::F32Const { .. } | Op::F64Const { .. } => 0,
        Op::Block { .. } | Op::Loop { .. } | Op::Else | Op::End | Op::Drop | Op::Nop | Op::Unreachable | Op::Return => 0,
        Op::I32Eqz | Op::I32Eq | Op::I32Ne | Op::I32LtS | Op::I32LtU | Op::I32GtS | Op::I32GtU => 0,
        Op::I32LeS | Op::I32LeU | Op::I32GeS | Op::I32GeU | Op::I32WrapI64 | Op::I64ExtendI32S | Op::I64ExtendI32U => 0,
        Op::I64Eqz | Op::I64Eq | Op::I64Ne | Op::I64LtS | Op::I64LtU | Op::I64GtS | Op::I64GtU => 0,
        Op::I64LeS | Op::I64LeU | Op::I64GeS | Op::I64GeU => 0,
        Op::I32Load { .. }
        | Op::I64Load { .. }
        | Op::F64Load { .. }
        | Op::I32Store { .. }
        | Op::I64Store { .. }
        | Op::F64Store { .. } => 2,
        Op::I32Load8S { .. }
        | Op::I32Load8U { .. }
        | Op::I32Load16S { .. }
        | Op::I32Load16U { .. }
        | Op::I32Store8 { .. }
        | Op::I32Store16 { .. } => 2,
        Op::Br { .. } => 1,
        Op::BrIf { .. } | Op::If { .. } | Op::Select => 2,
        Op::BrTable { .. } => 8,
        Op::F64Add | Op::F64Sub | Op::F64Mul => 4,
        Op::Call { .. } => 8,
        Op::CallIndirect { .. } | Op::CallRef { .. } => 16,
        Op::F64Div | Op::F64Sqrt | Op::F32Div | Op::F32Sqrt => 16,
        Op::I32DivS | Op::I32DivU | Op::I32RemS | Op::I32RemU | Op::I64DivS | Op::I64DivU | Op::I64RemS | Op::I64RemU
            if by_constant =>
        {
            4
        }
        Op::I32DivS | Op::I32DivU | Op::I32RemS | Op::I32RemU => 16,
        Op::I64DivS | Op::I64DivU | Op::I64RemS | Op::I64RemU => 48,
        _ => 1,
    }
}
