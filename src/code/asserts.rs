//! `asserts` tests: the test code runs in a trusted instance and the program in another. The program passes when the
//! test code returns without an exception.
//!
//! Accepts: a return without an exception, after at least one call of the program and at least one result that the
//! tests received from it: plain data, or an exception. Refuses: everything else. Tests that never call the program,
//! and tests that do not run, are the row's fault (`bad_tests`, unscored). The run ends at once for what the program
//! does that no test may catch: a trap, an exit, a malformed reply, and an `AssertionError` when the tests do not
//! mention that name. The code on the tests' side is `sandboxes/python/app/checker.py`.
//!
//! A builtin is the program's if the tests call nothing else that could be (`asserted.rs`) and the program defines it:
//! `assert sum(10, 15) == 25` tests a function `sum`. Beside a call of the program every builtin stays Python's.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::asserted;
use super::engine::Guest;
use super::exits;
use super::instance::Instance;
use super::limits::Limits;
use super::message::{self, Fault, Raised};
use super::program::{Failure, Program};
use super::report::{TestReport, shown};
use super::stop::Stop;
use super::tests_spec::Asserts;
use super::value::Value;
use super::wire;
use crate::Reason;

/// The state of the program while the tests run.
struct Tested {
    program: Option<Program>,
    /// Whether a call of one of the program's objects returned or raised.
    called: bool,
    /// Whether the tests received plain data or an exception. A name or an object alone says nothing about the program.
    took: bool,
    /// Whether a name that the tests asked for is missing, or is not callable.
    uncallable: bool,
    /// Whether the tests received anything that the program chose: more than an object that can be called.
    heard: bool,
    /// Whether the tests ended without having looked for a name of the program's that they use.
    left: bool,
    /// The first exception of the program that was passed back to the tests.
    raised: Option<Raised>,
    mentions_assertion: bool,
    /// Whether the tests expect an exit.
    expects_exit: bool,
    /// The lengths of the program's stdout and stderr before the last request: tests that capture output ask for the rest.
    written: [usize; 2],
    fuel: u64,
    fuel_limit: u64,
}

/// Runs the tests. With `each`, a test function that fails does not end them, and there is one report for each that
/// could be told from the others, the first of which has all the fuel. Otherwise there is one report.
pub(super) fn run(guest: &Guest, source: &str, tests: &Asserts, limits: Limits, each: bool) -> Vec<TestReport> {
    let mut program = match Program::new(guest, source, limits) {
        Ok(program) => program,
        Err(failure) => return vec![TestReport::new(Err(failure))],
    };
    if let Err(failure) = program.load(source) {
        return vec![described(TestReport::new(Err(failure)), tests, &program, 0)];
    }
    let (own, reading) = asserted::own_builtin(guest, tests, limits);
    let names = match own.map(|name| program.defines(&name).map(|defines| (name, defines))) {
        Some(Ok((name, true))) => vec![name],
        Some(Err(failure)) => return vec![described(TestReport::new(Err(failure)), tests, &program, reading)],
        Some(Ok((_, false))) | None => tests.names.clone(),
    };
    let loaded = program.instance.fuel;
    let tested = Arc::new(Mutex::new(Tested {
        program: Some(program),
        called: false,
        took: false,
        uncallable: false,
        heard: false,
        left: false,
        raised: None,
        mentions_assertion: tests.test_code.contains("AssertionError") || tests.prelude.contains("AssertionError"),
        expects_exit: exits::expected(&tests.test_code) && !tests.prelude.contains("SystemExit"),
        written: [0; 2],
        fuel: loaded,
        fuel_limit: limits.fuel,
    }));
    let (results, own_fuel) = check(guest, tests, &names, limits, &tested, each);
    let Some(program) = lock(&tested).program.take() else {
        return results.into_iter().map(|(_, result)| TestReport::new(result)).collect();
    };
    let mut reports: Vec<TestReport> = results
        .into_iter()
        .map(|(name, result)| {
            let report = described(TestReport::new(result), tests, &program, own_fuel + reading);
            name.map_or_else(|| report.clone(), |name| TestReport { input: shown(name.as_bytes()), ..report.clone() })
        })
        .collect();
    for report in reports.iter_mut().skip(1) {
        report.fuel = 0;
    }
    reports
}

/// A test function's name, if the results were told apart, and how it ended.
type Ended = (Option<String>, Result<(), Failure>);

fn check(
    guest: &Guest,
    tests: &Asserts,
    names: &[String],
    limits: Limits,
    tested: &Arc<Mutex<Tested>>,
    each: bool,
) -> (Vec<Ended>, u64) {
    let mut checker = match Instance::new(guest, limits) {
        Ok(checker) => checker,
        Err(stop) => return (vec![(None, Err(stop.into()))], 0),
    };
    let answering = Arc::clone(tested);
    checker.set_answer(Box::new(move |request| lock(&answering).answer(request)));
    let entry = tests.entry.as_deref().map_or(Value::None, Value::str);
    let texts = [&tests.prelude, &tests.test_code].map(|text| Value::str(text.as_str()));
    let [prelude, test_code] = texts;
    let names = Value::List(names.iter().map(Value::str).collect());
    let mut request = vec![Value::str("check"), prelude, test_code, entry, Value::Bool(tests.handle_equality), names];
    if each {
        request.push(Value::Bool(true));
    }
    let ended = checker.handle(&message::request(request));
    let tested = lock(tested);
    let told = match ended.as_deref().map(message::verdict) {
        Ok(Ok(Ok(raw))) if each => results(&raw, &tested),
        _ => Some(Vec::new()),
    };
    let results = match told {
        Some(told) if told.iter().any(|(_, result)| result.is_err()) => told,
        Some(told) => {
            let verdict = verdict(ended.and_then(|reply| message::verdict(&reply).map(|verdict| verdict.map(drop))), &tested);
            if verdict.is_err() || told.is_empty() { vec![(None, verdict)] } else { told }
        }
        None => vec![(None, Err(Failure::new(Reason::Internal, "the results of the tests have no right form")))],
    };
    (results, checker.fuel)
}

/// The results of the test functions, each a name and `None` or an exception; `None` for anything else.
fn results(raw: &message::Raw<'_>, tested: &Tested) -> Option<Vec<Ended>> {
    let Value::List(results) = raw.value(MOST_PARTS)? else { return None };
    let result = |entry: Value| {
        let Value::Tuple(parts) = entry else { return None };
        let [Value::Str(name), fault] = <[Value; 2]>::try_from(parts).ok()? else { return None };
        match fault {
            Value::None => Some((Some(name), Ok(()))),
            fault => match message::verdict(&wire::encode(&fault)) {
                Ok(Err(raised)) => Some((Some(name), Err(blamed(&raised, tested)))),
                _ => None,
            },
        }
    };
    results.into_iter().map(result).collect()
}

/// Most parts of the list of results.
const MOST_PARTS: usize = 1 << 20;

/// Whether a request of the tests begins with `word`, the name of what it asks for.
fn is_request(request: &[u8], word: &str) -> bool {
    request.get(5..).is_some_and(|rest| rest.starts_with(&wire::encode(&Value::str(word))))
}

/// Never contended: the tests run on this thread.
fn lock(tested: &Mutex<Tested>) -> MutexGuard<'_, Tested> {
    tested.lock().unwrap_or_else(PoisonError::into_inner)
}

fn verdict(ended: Result<Result<(), Raised>, Stop>, tested: &Tested) -> Result<(), Failure> {
    match ended {
        // The program failed while a request of the tests was handled.
        Err(Stop::Solution(reason, detail)) => Err(Failure::new(reason, detail)),
        Err(Stop::Internal(detail)) => Err(Failure::new(Reason::Internal, detail)),
        Ok(Ok(_)) if tested.called && tested.took => Ok(()),
        // The program decides whether a result is plain data or an object, so this is not a fault of the row.
        Ok(Ok(_)) if tested.called => Err(Failure::new(
            Reason::AssertionFailed,
            "the program returned only objects, and the tests passed without reading plain data from one",
        )),
        Ok(Ok(_)) if tested.uncallable => Err(Failure::new(
            Reason::AssertionFailed,
            "the tests passed without calling the program, which does not define a name that they use, or defines it as something that cannot be called",
        )),
        // What the program gave decided that a name of its own was not used: `for x, y in CASES: assert f(x) == y`.
        Ok(Ok(_)) if tested.heard && tested.left => Err(Failure::new(
            Reason::AssertionFailed,
            "the tests passed without calling the program, which decided by its values that they do not",
        )),
        Ok(Ok(_)) => Err(Failure::new(
            Reason::BadTests,
            "the tests passed without calling the program: name it in `test_code`, or give `entry`",
        )),
        Ok(Err(raised)) if raised.fault == Fault::BadTests => Err(Failure::new(Reason::BadTests, raised.message)),
        Ok(Err(raised)) => Err(blamed(&raised, tested)),
        Err(stop) => Err(Failure::new(stop.reason(), format!("in the tests: {}", stop.detail()))),
    }
}

/// The failure for an exception that ended the tests: the program's own failure, if it is the exception that the
/// program raised.
fn blamed(raised: &Raised, tested: &Tested) -> Failure {
    if let Some(first) = &tested.raised
        && ((first.builtin == raised.builtin && first.message == raised.message) || first.fault == Fault::MissingEntry)
    {
        return Failure::from(first.clone());
    }
    match raised.fault {
        // The tests themselves need it. Where the program was heard before, it may have led them there, and no program
        // makes its own row unscored: what tests use without a program is found in their text (`absent.py`).
        Fault::Unsupported if !tested.heard => {
            Failure::new(Reason::BadTests, format!("the tests need what the sandbox lacks: {}", raised.line()))
        }
        Fault::Unsupported => Failure::new(Reason::RuntimeError, raised.line()),
        _ if raised.builtin == "AssertionError" => Failure::new(Reason::AssertionFailed, raised.line()),
        fault => Failure::new(fault.reason(), raised.line()),
    }
}

impl Tested {
    /// Sends one request of the tests to the program and returns its reply unchanged, after it was parsed.
    fn answer(&mut self, request: &[u8]) -> Result<Vec<u8>, Stop> {
        let Some(program) = &mut self.program else {
            return Err(Stop::Internal("the program was taken before the tests ended".to_owned()));
        };
        if is_request(request, "left") {
            self.left = true;
            return Ok(message::request(vec![Value::str("ok"), Value::None, Value::Tuple(vec![]), Value::None]));
        }
        if is_request(request, "output") {
            return Ok(output(program, self.written));
        }
        self.written = [program.instance.stdout().len(), program.instance.stderr().len()];
        // The program has one fuel budget for loading it and for all requests of the tests.
        let left = self.fuel_limit.saturating_sub(self.fuel);
        program.instance.set_fuel(left);
        let before = program.instance.fuel;
        let reply = program.instance.handle(request);
        self.fuel += program.instance.fuel - before;
        let fatal = |stop: Stop| match stop {
            Stop::Internal(_) => stop,
            stop => Stop::Solution(stop.reason(), stop.detail()),
        };
        let reply = reply.map_err(fatal)?;
        match message::reply(&reply).map_err(fatal)? {
            // These say nothing about what the program does.
            _ if ["class", "kinds", "seed", "stdin"].iter().any(|word| is_request(request, word)) => {}
            Ok(value) => {
                self.called |= is_request(request, "call");
                self.uncallable |= is_request(request, "name") && !value.is_callable();
                self.took |= !is_request(request, "name") && !value.is_handle();
                self.heard |= !is_request(request, "name") || !value.is_callable();
            }
            Err(raised) => self.note(raised, is_request(request, "call"))?,
        }
        Ok(reply)
    }

    fn note(&mut self, raised: Raised, by_call: bool) -> Result<(), Stop> {
        let ends = match raised.fault {
            Fault::Exit | Fault::ExitZero => !(self.expects_exit && raised.builtin == "SystemExit"),
            Fault::Raise => raised.builtin == "AssertionError" && !self.mentions_assertion,
            _ => false,
        };
        if ends {
            let failure = Failure::from(raised);
            return Err(Stop::Solution(failure.reason, failure.detail));
        }
        // Asking for a missing name does not count as a use of the program.
        let used = raised.fault != Fault::MissingEntry;
        self.uncallable |= !used;
        self.heard = true;
        self.called |= used && by_call;
        self.took |= used;
        self.raised.get_or_insert(raised);
        Ok(())
    }
}

/// The reply to a request for what the program wrote beyond these lengths.
fn output(program: &Program, from: [usize; 2]) -> Vec<u8> {
    let streams = [program.instance.stdout(), program.instance.stderr()];
    let texts = streams.iter().zip(from).map(|(bytes, from)| Value::str(String::from_utf8_lossy(&bytes[from..])));
    message::request(vec![Value::str("ok"), Value::Tuple(texts.collect()), Value::Tuple(vec![]), Value::None])
}

fn described(report: TestReport, tests: &Asserts, program: &Program, own_fuel: u64) -> TestReport {
    TestReport {
        input: shown(tests.test_code.as_bytes()),
        got: shown(program.instance.stdout()),
        stderr: shown(program.instance.stderr()),
        fuel: program.instance.fuel + own_fuel,
        memory: program.instance.memory(),
        ..report
    }
}
