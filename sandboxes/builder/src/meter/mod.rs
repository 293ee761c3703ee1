//! Weaves a fuel counter into a module: once, at build time, instead of in every host.
//!
//! The woven module exports a mutable `i64` global, `r1_fuel`. The host sets it; the module counts it down and executes `unreachable` as soon as it is
//! below zero. The count depends on nothing but the instructions executed: same module, same input, same fuel, on any machine.
//!
//! What is charged (`costs.rs` says how much):
//! - each pass through a loop, by the operators of its own body (inner loops apart);
//! - each entry of a function that calls another or is long: so recursion is charged, whatever its shape;
//! - long stretches of code that a pass or an entry may not run, where they begin;
//! - bulk memory instructions by length, and memory growth by pages.
//!
//! Short stretches between these are free: they are bounded by them. That is why this costs a fraction of a counter on every branch.
//!
//! In a function with an interpreter's main loop the charges of that loop are gathered in a local, and taken from the counter when they reach [`GATHERED`] and
//! wherever the function returns: the global is in memory, and a pass is a few nanoseconds. Whoever looks at the counter meanwhile (a callee, the host) sees it
//! late by less than [`GATHERED`] for each such function that is active; what a trap leaves in the local is not counted.
//!
//! Accepts core modules with one memory that have a global (a compiler's stack pointer is one) and an export. Refuses modules without, and modules with bulk instructions on tables or passive segments, tail calls, or exception handling: their
//! work isn't charged here, and the guests have no use for them.

mod costs;

use costs::Costs;
use std::convert::Infallible;
use wasm_encoder::reencode::{self, Reencode, utils};
use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, ExportKind, ExportSection, Function, GlobalSection, GlobalType, Instruction, Module, ValType,
};
use wasmparser::{FunctionBody, Operator, Parser, Payload};
use wasmtime::error::Context;
use wasmtime::{Result, bail};

/// The exported counter.
const FUEL: &str = "r1_fuel";
/// Charges of an interpreter's main loop are taken from the counter when they reach this.
const GATHERED: i32 = 4096;
/// One unit of fuel pays for `2^BULK_SHIFT` bytes of a bulk memory instruction (see `sandboxes/python/README.md` for the measurement).
const BULK_SHIFT: i32 = 2;
/// And a bulk memory instruction of any length costs this: it is a call.
const BULK: i64 = 48;
/// One unit pays for `2^BULK_SHIFT` bytes of a fresh page too: the operating system must clear it.
const PAGE_SHIFT: i32 = 16 - BULK_SHIFT;

/// Gives `module` with the counter woven in.
///
/// # Errors
/// If the module isn't valid, or has an instruction that can't be charged.
pub fn weave(module: &[u8]) -> Result<Vec<u8>> {
    let mut weaver = Weaver { fuel: 0, parameters: parameters(module)?.into_iter() };
    refuse_what_cannot_be_charged(module)?;
    let mut woven = Module::new();
    weaver.parse_core_module(&mut woven, Parser::new(0), module).context("cannot rewrite the module")?;
    Ok(woven.finish())
}

/// The number of parameters of each function that has a body, in order.
fn parameters(module: &[u8]) -> Result<Vec<u32>> {
    let (mut types, mut functions) = (vec![], vec![]);
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::TypeSection(section) => {
                for ty in section.into_iter_err_on_gc_types() {
                    types.push(u32::try_from(ty?.params().len())?);
                }
            }
            Payload::FunctionSection(section) => {
                for ty in section {
                    functions.push(*types.get(ty? as usize).context("a function names a type that does not exist")?);
                }
            }
            _ => {}
        }
    }
    Ok(functions)
}

fn refuse_what_cannot_be_charged(module: &[u8]) -> Result<()> {
    let (mut globals, mut exports) = (false, false);
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::GlobalSection(_) => globals = true,
            Payload::ExportSection(_) => exports = true,
            Payload::CodeSectionEntry(body) => refuse_operators(&body)?,
            _ => {}
        }
    }
    // The counter joins these sections; it does not make them.
    if !globals || !exports {
        bail!("a module without a global or without an export: nothing that a C compiler links");
    }
    Ok(())
}

fn refuse_operators(body: &FunctionBody) -> Result<()> {
    for operator in body.get_operators_reader()? {
        let operator = operator?;
        if !is_chargeable(&operator) {
            bail!("an instruction that the meter can't charge: {operator:?}; build the guest without it");
        }
    }
    Ok(())
}

fn is_chargeable(operator: &Operator) -> bool {
    use Operator::{
        MemoryInit, ReturnCall, ReturnCallIndirect, ReturnCallRef, TableCopy, TableFill, TableGrow, TableInit, Throw, ThrowRef,
        TryTable,
    };
    !matches!(
        operator,
        MemoryInit { .. }
            | TableInit { .. }
            | TableCopy { .. }
            | TableFill { .. }
            | TableGrow { .. }
            | ReturnCall { .. }
            | ReturnCallIndirect { .. }
            | ReturnCallRef { .. }
            | TryTable { .. }
            | Throw { .. }
            | ThrowRef
    )
}

struct Weaver {
    /// The index of the counter.
    fuel: u32,
    /// Of the functions that are still to come.
    parameters: std::vec::IntoIter<u32>,
}

impl Weaver {
    /// Takes what `amount` leaves on the stack (`i64`) from the counter, and stops the program if that was too much.
    fn charge(&self, function: &mut Function, amount: &[Instruction]) {
        function.instruction(&Instruction::GlobalGet(self.fuel));
        for instruction in amount {
            function.instruction(instruction);
        }
        for instruction in [
            Instruction::I64Sub,
            Instruction::GlobalSet(self.fuel),
            Instruction::GlobalGet(self.fuel),
            Instruction::I64Const(0),
            Instruction::I64LtS,
            Instruction::If(BlockType::Empty),
            Instruction::Unreachable,
            Instruction::End,
        ] {
            function.instruction(&instruction);
        }
    }

    /// Adds `cost` to the local `gathered`, and takes it from the counter if that is enough by now.
    fn gather(&self, function: &mut Function, gathered: u32, cost: i64) {
        let cost = i32::try_from(cost).unwrap_or(GATHERED);
        for instruction in [
            Instruction::LocalGet(gathered),
            Instruction::I32Const(cost),
            Instruction::I32Add,
            Instruction::LocalTee(gathered),
            Instruction::I32Const(GATHERED),
            Instruction::I32GeU,
            Instruction::If(BlockType::Empty),
        ] {
            function.instruction(&instruction);
        }
        self.charge(function, &[Instruction::LocalGet(gathered), Instruction::I64ExtendI32U]);
        for instruction in [Instruction::I32Const(0), Instruction::LocalSet(gathered), Instruction::End] {
            function.instruction(&instruction);
        }
    }

    /// Charges for the length (`i32`) on the top of the stack, which stays there; `length` is a local to hold it.
    fn charge_length(&self, function: &mut Function, length: u32, scale: Instruction, shift: i32) {
        function.instruction(&Instruction::LocalTee(length));
        let amount = [
            Instruction::LocalGet(length),
            Instruction::I64ExtendI32U,
            Instruction::I64Const(shift.into()),
            scale,
            Instruction::I64Const(BULK),
            Instruction::I64Add,
        ];
        self.charge(function, &amount);
    }
}

impl Reencode for Weaver {
    type Error = Infallible;

    fn parse_global_section(
        &mut self,
        globals: &mut GlobalSection,
        section: wasmparser::GlobalSectionReader<'_>,
    ) -> Result<(), reencode::Error> {
        self.fuel = section.count();
        utils::parse_global_section(self, globals, section)?;
        let counter = GlobalType { val_type: ValType::I64, mutable: true, shared: false };
        // Full until the host says otherwise: a start function, if there is one, runs before the host can.
        globals.global(counter, &ConstExpr::i64_const(i64::MAX));
        Ok(())
    }

    fn parse_export_section(
        &mut self,
        exports: &mut ExportSection,
        section: wasmparser::ExportSectionReader<'_>,
    ) -> Result<(), reencode::Error> {
        utils::parse_export_section(self, exports, section)?;
        exports.export(FUEL, ExportKind::Global, self.fuel);
        Ok(())
    }

    fn parse_function_body(&mut self, code: &mut CodeSection, body: FunctionBody<'_>) -> Result<(), reencode::Error> {
        let operators = body.get_operators_reader()?.into_iter().collect::<Result<Vec<_>, _>>()?;
        let costs = Costs::of(&operators);
        let gathers = costs.dispatch.contains(&true) && !branches_out(&operators);

        let mut count = self.parameters.next().unwrap_or_default();
        let mut locals = vec![];
        for group in body.get_locals_reader()? {
            let (repeat, ty) = group?;
            count += repeat;
            locals.push((repeat, self.val_type(ty)?));
        }
        let mut one_more = |wanted: bool| {
            if wanted {
                locals.push((1, ValType::I32));
                count += 1;
            }
            count.saturating_sub(1)
        };
        let length = one_more(costs.measured);
        let gathered = one_more(gathers);

        let mut function = Function::new(locals);
        if costs.entry > 0 {
            self.charge(&mut function, &[Instruction::I64Const(costs.entry)]);
        }
        let last = operators.len().saturating_sub(1);
        for (place, operator) in operators.into_iter().enumerate() {
            let (cost, dispatch) = (costs.places[place], costs.dispatch[place]);
            let is_loop = matches!(operator, Operator::Loop { .. });
            if gathers && (place == last || matches!(operator, Operator::Return)) {
                self.charge(&mut function, &[Instruction::LocalGet(gathered), Instruction::I64ExtendI32U]);
            }
            if cost > 0 && !is_loop {
                self.charge(&mut function, &[Instruction::I64Const(cost)]);
            }
            match operator {
                Operator::MemoryCopy { .. } | Operator::MemoryFill { .. } => {
                    self.charge_length(&mut function, length, Instruction::I64ShrU, BULK_SHIFT);
                }
                Operator::MemoryGrow { .. } => self.charge_length(&mut function, length, Instruction::I64Shl, PAGE_SHIFT),
                _ => {}
            }
            function.instruction(&self.instruction(operator)?);
            if cost > 0 && is_loop {
                if gathers && dispatch {
                    self.gather(&mut function, gathered, cost);
                } else {
                    self.charge(&mut function, &[Instruction::I64Const(cost)]);
                }
            }
        }
        code.function(&function);
        Ok(())
    }
}

/// Whether a branch leaves the function by its outermost label instead of a `return`.
fn branches_out(operators: &[Operator]) -> bool {
    let mut depth = 0_u32;
    operators.iter().any(|operator| {
        match operator {
            Operator::Block { .. } | Operator::If { .. } | Operator::Loop { .. } => depth += 1,
            Operator::End => depth = depth.saturating_sub(1),
            Operator::Br { relative_depth } | Operator::BrIf { relative_depth } => return *relative_depth >= depth,
            Operator::BrTable { targets } => {
                return targets.targets().flatten().chain([targets.default()]).any(|target| target >= depth);
            }
            _ => {}
        }
        false
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasmtime::{Engine, Instance, Store, Val};

    /// What a compiler's modules have: a stack pointer.
    fn with_global(text: &str) -> String {
        text.replacen("(module", "(module (global (mut i32) (i32.const 0))", 1)
    }

    /// Runs the export `run` with `fuel` units: its result and the fuel left, or the trap.
    fn run(text: &str, argument: i32, fuel: i64) -> Result<(i32, i64), wasmtime::Error> {
        let woven = weave(&wat::parse_str(with_global(text)).unwrap()).unwrap();
        let engine = Engine::default();
        let module = wasmtime::Module::new(&engine, woven)?;
        let mut store = Store::new(&engine, ());
        let instance = Instance::new(&mut store, &module, &[])?;
        let counter = instance.get_global(&mut store, FUEL).unwrap();
        counter.set(&mut store, Val::I64(fuel))?;
        let result = instance.get_typed_func::<i32, i32>(&mut store, "run")?.call(&mut store, argument)?;
        Ok((result, counter.get(&mut store).unwrap_i64()))
    }

    /// Sums 1..=n.
    const SUM: &str = r#"(module (func (export "run") (param $n i32) (result i32) (local $sum i32)
        (loop $again
            (local.set $sum (i32.add (local.get $sum) (local.get $n)))
            (local.set $n (i32.sub (local.get $n) (i32.const 1)))
            (br_if $again (local.get $n)))
        (local.get $sum)))"#;
    /// An addition, a subtraction and a branch; locals and constants cost nothing.
    const SUM_PASS: i64 = 4;

    #[test]
    fn a_loop_costs_its_passes_times_its_body() {
        let (sum, left) = run(SUM, 10, 1_000).unwrap();
        assert_eq!((sum, 1_000 - left), (55, 10 * SUM_PASS));
    }

    #[test]
    fn a_program_stops_when_its_fuel_is_below_zero_and_not_before() {
        assert_eq!(run(SUM, 10, 10 * SUM_PASS).unwrap(), (55, 0));
        let trap = run(SUM, 10, 10 * SUM_PASS - 1).unwrap_err();
        assert_eq!(trap.downcast_ref::<wasmtime::Trap>(), Some(&wasmtime::Trap::UnreachableCodeReached));
    }

    #[test]
    fn an_inner_loop_is_charged_apart_from_the_outer() {
        let nested = |inner: &str| {
            format!(
                r#"(module (func (export "run") (param $n i32) (result i32) (local $m i32)
                (loop $outer
                    (local.set $m (i32.const 3))
                    {inner}
                    (local.set $n (i32.sub (local.get $n) (i32.const 1)))
                    (br_if $outer (local.get $n)))
                (i32.const 0)))"#
            )
        };
        let spent = |text: &str| 1_000_000 - run(text, 5, 1_000_000).unwrap().1;
        let without = spent(&nested(""));
        let with =
            spent(&nested("(loop $inner (local.set $m (i32.sub (local.get $m) (i32.const 1))) (br_if $inner (local.get $m)))"));
        // Each of the 5 outer passes holds 3 passes of a subtraction and a branch.
        assert_eq!(with - without, 5 * 3 * 3);
    }

    #[test]
    fn a_long_body_is_charged_in_full() {
        let body = "(local.set $n (i32.add (local.get $n) (i32.const 0)))".repeat(200);
        let text = format!(
            r#"(module (func (export "run") (param $n i32) (result i32)
            (loop $again {body} (br_if $again (i32.eqz (i32.const 1)))) (i32.const 0)))"#
        );
        assert_eq!(1_000 - run(&text, 1, 1_000).unwrap().1, 200 + 2);
    }

    /// An interpreter of 60 instructions: `$n` passes, each through the table; its last arm ends it.
    fn interpreter(end: &str) -> String {
        let blocks = "(block ".repeat(60);
        let table = (0..60).map(|label| label.to_string()).collect::<Vec<_>>().join(" ");
        let arms = ") (local.set $n (i32.sub (local.get $n) (i32.const 1))) (br $again)".repeat(59);
        // The arm that the index 59 leads to is the outermost.
        format!(
            r#"(module (func (export "run") (param $n i32) (result i32)
            (block $out (loop $again
                {blocks}
                (br_table {table} (select (i32.const 59) (i32.const 3) (i32.eqz (local.get $n))))
                {arms}
                ) {end}))
            (i32.const 7)))"#
        )
    }

    #[test]
    fn a_pass_through_an_interpreter_costs_the_same_for_all_instructions_and_none_is_lost() {
        for end in ["(return (i32.const 7))", "(br $out)"] {
            let text = interpreter(end);
            let spent = |passes| {
                let (result, left) = run(&text, passes, 10_000_000).unwrap();
                assert_eq!(result, 7);
                10_000_000 - left
            };
            let once = spent(0);
            for passes in [1, 10, 81, 82, 83, 10_000] {
                assert_eq!(spent(passes) - once, 50 * i64::from(passes), "{passes} passes, {end}");
            }
            // What is gathered is late, but not for ever.
            assert!(run(&text, 10_000, 50 * 9_000).is_err());
        }
    }

    #[test]
    fn a_long_arm_is_charged_where_it_runs() {
        let arm = "(local.set $n (i32.add (local.get $n) (i32.const 0)))".repeat(500);
        let text =
            format!(r#"(module (func (export "run") (param $n i32) (result i32) (if (local.get $n) (then {arm})) (i32.const 7)))"#);
        assert_eq!(10_000 - run(&text, 0, 10_000).unwrap().1, 0);
        assert_eq!(10_000 - run(&text, 1, 10_000).unwrap().1, 500);
    }

    #[test]
    fn a_long_function_without_calls_and_loops_is_charged() {
        let body = "(local.set $n (i32.add (local.get $n) (i32.const 0)))".repeat(500);
        let text = format!(
            r#"(module (func $leaf (param $n i32) {body})
            (func (export "run") (param $n i32) (result i32) (call $leaf (local.get $n)) (call $leaf (local.get $n)) (i32.const 7)))"#
        );
        assert!((1_000..1_050).contains(&(10_000 - run(&text, 1, 10_000).unwrap().1)));
    }

    #[test]
    fn recursion_is_charged_at_every_entry() {
        let text = r#"(module (func $down (export "run") (param $n i32) (result i32)
            (if (result i32) (local.get $n)
                (then (call $down (i32.sub (local.get $n) (i32.const 1))))
                (else (i32.const 7)))))"#;
        let (result, left) = run(text, 9, 1_000).unwrap();
        // The `if`, what it may run (a subtraction and a call) and the entry of a function that calls.
        assert_eq!((result, 1_000 - left), (7, 10 * (2 + 9 + 16)));
        assert!(run(text, 1_000, 1_000).is_err());
    }

    #[test]
    fn bulk_memory_costs_its_length() {
        let text = |instruction: &str| {
            format!(
                r#"(module (memory 2) (func (export "run") (param $n i32) (result i32)
                ({instruction} (i32.const 8) (i32.const 0) (local.get $n)) (i32.load8_u (i32.const 8))))"#
            )
        };
        for instruction in ["memory.fill", "memory.copy"] {
            assert_eq!(
                1_000_000 - run(&text(instruction), 65_536, 1_000_000).unwrap().1,
                BULK + (65_536 >> BULK_SHIFT),
                "{instruction}"
            );
            assert_eq!(run(&text(instruction), 0, BULK).unwrap().1, 0, "{instruction}");
            assert!(run(&text(instruction), 65_536, 100).is_err(), "{instruction}");
        }
    }

    #[test]
    fn growing_memory_costs_its_pages() {
        let text = r#"(module (memory 1) (func (export "run") (param $n i32) (result i32) (memory.grow (local.get $n))))"#;
        let (before, left) = run(text, 3, 1_000_000).unwrap();
        assert_eq!((before, 1_000_000 - left), (1, BULK + (3 << PAGE_SHIFT)));
        // A length is unsigned: 2^32 - 1 pages are not a refund.
        assert!(run(text, -1, 1_000_000).is_err());
    }

    #[test]
    fn results_stay_what_they_were() {
        // Loops that take and give values, branches out of several blocks: the counter must leave the stack as it found it.
        let text = r#"(module (func (export "run") (param $n i32) (result i32)
            (i32.const 1)
            (loop $again (param i32) (result i32)
                (i32.mul (local.get $n))
                (local.set $n (i32.sub (local.get $n) (i32.const 1)))
                (br_if $again (local.get $n))
            )))"#;
        let plain = |argument| {
            let engine = Engine::default();
            let module = wasmtime::Module::new(&engine, wat::parse_str(text).unwrap()).unwrap();
            let mut store = Store::new(&engine, ());
            let instance = Instance::new(&mut store, &module, &[]).unwrap();
            instance.get_typed_func::<i32, i32>(&mut store, "run").unwrap().call(&mut store, argument).unwrap()
        };
        for argument in 1..10 {
            assert_eq!(run(text, argument, 1_000_000).unwrap().0, plain(argument));
        }
    }

    #[test]
    fn a_module_without_a_global_or_an_export_is_refused() {
        for text in ["(module (func (export \"run\")))", "(module (global i32 (i32.const 0)) (func))"] {
            let error = weave(&wat::parse_str(text).unwrap()).unwrap_err().to_string();
            assert!(error.contains("without a global or without an export"), "{error}");
        }
    }

    #[test]
    fn what_cannot_be_charged_is_refused() {
        let passive = r#"(module (memory 1) (data $d "abc") (func (memory.init $d (i32.const 0) (i32.const 0) (i32.const 3))))"#;
        let tail = "(module (func $f (return_call $f)))";
        for (text, name) in [(passive, "MemoryInit"), (tail, "ReturnCall")] {
            let error = weave(&wat::parse_str(text).unwrap()).unwrap_err().to_string();
            assert!(error.contains(name), "{error}");
        }
    }
}
