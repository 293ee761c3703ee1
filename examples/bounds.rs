//! Measures worst cases: families of hostile answers at doubling sizes, and every production of the grammar inside
//! every other. It prints the processor time of each, the time of a unit of work, and the peak memory.
//!
//! `cargo run --release --example bounds -- [--all] [--only NAME] [--sweeps N] [--rates]`; `--rates` prints the time of
//! a unit of work for every comparison. The cases run in child processes with bounded memory and a watchdog, so that a
//! case that hangs or takes all memory gives a line of the report and does not end it. The time of a case is the best
//! of several sweeps over all cases, so that a slow phase of the machine does not affect one size alone and the ratio
//! of neighbours is meaningful.
#![allow(clippy::print_stdout, reason = "a command")]

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use r1rewards::math::{Extract, Math, Policy};

use cpu_time::cpu_time;
use families::{FAMILIES, PRODUCTIONS, WHOLE, nested, repeated};

#[path = "support/cpu_time.rs"]
mod cpu_time;
#[path = "support/families.rs"]
mod families;

/// Bytes; a longer answer is refused for its length alone.
const LONGEST: usize = 20_000;
/// A case that takes longer counts as hanging.
const HANGS: Duration = Duration::from_secs(10);
/// Memory of a child, in KiB of address space.
const MEMORY: u64 = 3_000_000;
/// Nanoseconds below which no ratio is reported.
const TOLD: u64 = 50_000;

/// An answer, or a whole response.
struct Case {
    name: String,
    size: usize,
    whole: bool,
    text: String,
}

/// The cost of one case: the time in nanoseconds and the work of each comparison.
#[derive(Clone, Default)]
struct Taken {
    /// The comparison with itself, the comparison with another answer, and the normal form (which counts no work).
    nanoseconds: [u64; 3],
    work: [u64; 2],
    outcome: String,
}

impl Taken {
    fn slowest(&self) -> u64 {
        self.nanoseconds.into_iter().max().unwrap_or(0)
    }

    /// Nanoseconds for each unit of work, of comparisons that take long enough to be measured.
    fn rates(&self) -> impl Iterator<Item = f64> + '_ {
        let told = |place: &usize| self.nanoseconds[*place] >= TOLD && self.work[*place] > 0;
        #[expect(clippy::cast_precision_loss, reason = "a report")]
        (0..2).filter(told).map(|place| self.nanoseconds[place] as f64 / self.work[place] as f64)
    }
}

fn cases(all: bool, only: Option<&str>) -> Vec<Case> {
    let mut cases = Vec::new();
    let mut add = |name: &str, size: usize, whole: bool, text: String| {
        if (text.len() <= LONGEST || whole) && only.is_none_or(|only| name.contains(only)) {
            cases.push(Case { name: name.to_owned(), size, whole, text });
        }
    };
    let sizes =
        |from: usize, to: usize| std::iter::successors(Some(from), |size| Some(size * 2)).take_while(move |size| *size <= to);
    for (name, family) in FAMILIES {
        sizes(4, 4_096).for_each(|size| add(name, size, false, family(size)));
    }
    for (name, family) in WHOLE {
        sizes(256, 65_536).for_each(|size| add(name, size, true, family(size)));
    }
    for (place, outer) in PRODUCTIONS.iter().enumerate() {
        for (other, inner) in PRODUCTIONS.iter().enumerate() {
            // One in seventeen, with a step that reaches every row and column.
            if all || (place + 5 * other) % 17 == 0 {
                for depth in [4, 12, 40, 120] {
                    add(&format!("{outer} in {inner}"), depth, false, nested(outer, inner, depth));
                }
            }
        }
        for joint in ["+", "\\cdot ", ",", "="] {
            for width in [4, 16, 64, 256] {
                add(&format!("{outer} beside itself with {joint}"), width, false, repeated(outer, joint, width));
            }
        }
    }
    cases
}

fn measure(case: &Case) -> Taken {
    let judges = if case.whole {
        vec![Math::lenient()]
    } else {
        [Policy::strict(), Policy::lenient()].map(|policy| Math::new(Policy { extract: Extract::Whole, ..policy })).to_vec()
    };
    let (golds, other) = ([case.text.clone()], format!("{}+1", case.text));
    let mut taken = Taken::default();
    for math in &judges {
        for (place, answer) in [&case.text, &other].into_iter().enumerate() {
            let start = cpu_time();
            let outcome = math.verify(&golds, answer);
            let time = nanoseconds(start);
            if time > taken.nanoseconds[place] {
                (taken.nanoseconds[place], taken.work[place]) = (time, outcome.cost.work);
            }
            if place == 0 {
                outcome.reason.code().clone_into(&mut taken.outcome);
            }
        }
    }
    let start = cpu_time();
    drop(Math::normal_form(&case.text));
    taken.nanoseconds[2] = nanoseconds(start);
    taken
}

fn nanoseconds(start: Duration) -> u64 {
    u64::try_from((cpu_time() - start).as_nanos()).unwrap_or(u64::MAX)
}

/// Milliseconds from the start of the child to the start of its current case.
static STARTED: AtomicU64 = AtomicU64::new(0);

/// The child's part: measures the cases from `from` on and prints one line for each.
fn child(cases: &[Case], from: usize) {
    let clock = Instant::now();
    let milliseconds = move || u64::try_from(clock.elapsed().as_millis()).unwrap_or(u64::MAX);
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(Duration::from_millis(200));
            if Duration::from_millis(milliseconds() - STARTED.load(Ordering::Relaxed)) > HANGS {
                std::process::exit(3);
            }
        }
    });
    let mut out = std::io::stdout().lock();
    for case in &cases[from..] {
        STARTED.store(milliseconds(), Ordering::Relaxed);
        let Taken { nanoseconds: [a, b, c], work: [v, w], outcome } = measure(case);
        if writeln!(out, "{a} {b} {c} {v} {w} {outcome}").and_then(|()| out.flush()).is_err() {
            return;
        }
    }
    let _ = writeln!(out, "memory {}", peak_memory().unwrap_or(0));
}

/// One sweep over all cases; after a child dies, another continues with the next case.
fn sweep(arguments: &[String], cases: &[Case], best: &mut [Option<Taken>], skip: &mut [bool], memory: &mut u64) {
    let mut from = 0;
    while from < best.len() {
        if skip[from] {
            from += 1;
            continue;
        }
        let Ok(program) = std::env::current_exe() else { return };
        // On systems without a shell the memory is not bounded.
        let mut command = Command::new("sh");
        command.args(["-c", &format!("ulimit -v {MEMORY}; exec \"$0\" \"$@\"")]).arg(program);
        let spawned =
            command.args(arguments).args(["--child", &from.to_string()]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let Ok(mut process) = spawned else { return };
        let lines = process.stdout.take().map(|out| BufReader::new(out).lines()).into_iter().flatten().map_while(Result::ok);
        for line in lines {
            let mut parts = line.split(' ');
            let mut number = || parts.next().and_then(|part| part.parse::<u64>().ok());
            let Some(first) = number() else {
                *memory = (*memory).max(number().unwrap_or(0));
                continue;
            };
            let numbers: Vec<u64> = (0..4).filter_map(|_| number()).collect();
            let [b, c, v, w] = numbers[..] else { continue };
            let taken = Taken { nanoseconds: [first, b, c], work: [v, w], outcome: parts.collect() };
            let Some(slot) = best.get_mut(from) else { break };
            from += 1;
            match slot {
                None => *slot = Some(taken),
                Some(known) => {
                    for place in 0..3 {
                        known.nanoseconds[place] = known.nanoseconds[place].min(taken.nanoseconds[place]);
                    }
                }
            }
        }
        let fine = process.wait().is_ok_and(|status| status.success());
        if let (false, Some(skip)) = (fine, skip.get_mut(from)) {
            *skip = true;
            let Case { name, size, text, .. } = &cases[from];
            println!("HANGS or takes all memory: {name} {size}: {}", shorten(text));
        }
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| arguments.iter().position(|argument| argument == name).and_then(|place| arguments.get(place + 1));
    let cases = cases(arguments.iter().any(|argument| argument == "--all"), value("--only").map(String::as_str));
    if let Some(from) = value("--child").and_then(|from| from.parse().ok()) {
        return child(&cases, from);
    }
    let (mut best, mut dead, mut memory) = (vec![None; cases.len()], vec![false; cases.len()], 0);
    for _ in 0..value("--sweeps").and_then(|count| count.parse().ok()).unwrap_or(5) {
        sweep(&arguments, &cases, &mut best, &mut dead, &mut memory);
    }
    report(&cases, &best, &dead);
    if arguments.iter().any(|argument| argument == "--rates") {
        for (case, taken) in cases.iter().zip(&best).filter_map(|(case, taken)| Some((case, taken.as_ref()?))) {
            for rate in taken.rates() {
                println!("rate {rate:.1} {} {} {}", case.size, case.text.len(), case.name);
            }
        }
    }
    println!("peak memory {memory} KiB");
}

fn report(cases: &[Case], best: &[Option<Taken>], dead: &[bool]) {
    println!(
        "{:<44} {:>6} {:>9} {:>9} {:>9} {:>7} {:>7} ns/work  outcome",
        "family", "size", "self us", "other us", "form us", "work", "work"
    );
    for (at, (case, taken)) in cases.iter().zip(best).enumerate() {
        let last = cases.get(at + 1).is_none_or(|next| next.name != case.name)
            && !case.name.contains(" in ")
            && !case.name.contains(" beside ");
        match taken {
            Some(taken) if !dead[at] && last || taken.slowest() > 4_000_000 => {
                let [a, b, c] = taken.nanoseconds.map(|time| time / 1_000);
                let rate = taken.rates().fold(0.0, f64::max);
                let [v, w] = taken.work;
                println!("{:<44} {:>6} {a:>9} {b:>9} {c:>9} {v:>7} {w:>7} {rate:>7.0}  {}", case.name, case.size, taken.outcome);
            }
            _ => {}
        }
    }
    let known = || cases.iter().zip(best).filter_map(|(case, taken)| Some((case, taken.as_ref()?)));
    if let Some((case, taken)) = known().max_by_key(|(_, taken)| taken.slowest()) {
        println!("worst {} us: {} {}", taken.slowest() / 1_000, case.name, case.size);
    }
    let mut rates: Vec<(f64, &Case)> = known().flat_map(|(case, taken)| taken.rates().map(move |rate| (rate, case))).collect();
    rates.sort_by(|a, b| a.0.total_cmp(&b.0));
    if let (Some(least), Some(most)) = (rates.first(), rates.last()) {
        println!(
            "nanoseconds a unit of work, of {} comparisons above {} us: factor {:.1}",
            rates.len(),
            TOLD / 1_000,
            most.0 / least.0
        );
        let named = |(rate, case): &(f64, &Case)| format!("{rate:.0} {} {}", case.name, case.size);
        println!("  least: {}", rates.iter().take(8).map(named).collect::<Vec<_>>().join(" · "));
        println!("  most:  {}", rates.iter().rev().take(12).map(named).collect::<Vec<_>>().join(" · "));
        println!("  median {:.0}", rates[rates.len() / 2].0);
    }
    let all: Vec<_> = known().collect();
    let mut steep: Vec<(f64, String)> = all.windows(2).filter_map(|pair| doubling(pair[0], pair[1])).collect();
    steep.sort_by(|a, b| b.0.total_cmp(&a.0));
    let steepest: Vec<String> = steep.iter().take(24).map(|(ratio, name)| format!("{ratio:.2} {name}")).collect();
    println!("steepest doublings of a text, above 200 us: {}", steepest.join(", "));
}

/// How many times as long a text of twice the length takes, if the shorter one takes long enough to be measured: for t
/// times the time at l times the length, 2^(log t / log l).
fn doubling(before: (&Case, &Taken), after: (&Case, &Taken)) -> Option<(f64, String)> {
    if before.0.name != after.0.name || before.1.slowest() <= 200_000 {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "nanoseconds of one call, bytes of one answer")]
    let (times, lengths) =
        (after.1.slowest() as f64 / before.1.slowest() as f64, after.0.text.len() as f64 / before.0.text.len() as f64);
    // Some families grow only by a digit of an exponent.
    if lengths < 1.5 {
        return None;
    }
    Some((2f64.powf(times.ln() / lengths.ln()), format!("{} {}", after.0.name, after.0.size)))
}

fn shorten(text: &str) -> String {
    text.chars().take(120).collect()
}

/// The high-water mark of resident memory in KiB, if the system reports it.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.trim().split(' ').next()?.parse().ok()
}
