//! The table of named functions. Every list of function names is made from it.
//!
//! The normaliser reads a name as a command (`\tg`, `\operatorname{tg}`), as a word (`tan`) or as a call in plain text
//! (`floor(x)`) and writes the table's name. The grammar has only those names; a test compares it with this table.

use std::collections::HashMap;
use std::sync::LazyLock;

/// The arguments that a function takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// One argument.
    One,
    /// One argument, and an index before it: `\log_2 x`.
    Indexed,
    /// A list of any length: `\max(a, b, c)`.
    List,
}

/// A row of the table.
#[derive(Debug)]
pub struct Row {
    /// The function.
    pub func: Func,
    /// Its name after the backslash in normalised text, the only one in the grammar.
    pub name: &'static str,
    /// The LaTeX commands for it, without their backslash; `\operatorname{…}` accepts the same names.
    pub commands: &'static [&'static str],
    /// The words for it in plain text.
    pub words: &'static [&'static str],
    /// The words for it directly before a round bracket; elsewhere they are words or letters.
    pub calls: &'static [&'static str],
    /// The arguments it takes.
    pub takes: Takes,
    /// The function that an exponent of −1 makes of it. Where it is `None`, that exponent is refused.
    pub inverse: Option<Func>,
}

macro_rules! functions {
    ($( $func:ident = $name:literal, $commands:tt, $words:tt, $calls:tt, $takes:ident $(, inverse $inverse:ident)?; )*) => {
        /// The named functions.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(missing_docs, reason = "the names are the field's own")]
        pub enum Func { $( $func, )* }

        /// Every function, in the order of [`Func`].
        pub static FUNCTIONS: &[Row] = &[ $( Row {
            func: Func::$func,
            name: $name,
            commands: &$commands,
            words: &$words,
            calls: &$calls,
            takes: Takes::$takes,
            inverse: functions!(@inverse $($inverse)?),
        }, )* ];
    };
    (@inverse) => { None };
    (@inverse $inverse:ident) => { Some(Func::$inverse) };
}

functions! {
    // Name, commands, words, calls, arguments.
    Sin = "sin", ["sin"], ["sin"], [], One, inverse Arcsin;
    Cos = "cos", ["cos"], ["cos"], [], One, inverse Arccos;
    Tan = "tan", ["tan", "tg"], ["tan"], [], One, inverse Arctan;
    Cot = "cot", ["cot", "ctg"], ["cot"], [], One, inverse Arccot;
    Sec = "sec", ["sec"], ["sec"], [], One;
    Csc = "csc", ["csc", "cosec"], ["csc", "cosec"], [], One;
    Arcsin = "arcsin", ["arcsin", "asin"], ["arcsin", "asin"], [], One;
    Arccos = "arccos", ["arccos", "acos"], ["arccos", "acos"], [], One;
    Arctan = "arctan", ["arctan", "atan", "arctg"], ["arctan", "atan", "arctg"], [], One;
    Arccot = "arccot", ["arccot", "acot"], ["arccot", "acot"], [], One;
    Sinh = "sinh", ["sinh", "sh"], ["sinh"], [], One, inverse Arsinh;
    Cosh = "cosh", ["cosh", "ch"], ["cosh"], [], One, inverse Arcosh;
    Tanh = "tanh", ["tanh", "th"], ["tanh"], [], One, inverse Artanh;
    Coth = "coth", ["coth"], ["coth"], [], One;
    Arsinh = "arsinh", ["arsinh", "arcsinh", "asinh"], ["arsinh", "arcsinh", "asinh"], [], One;
    Arcosh = "arcosh", ["arcosh", "arccosh", "acosh"], ["arcosh", "arccosh", "acosh"], [], One;
    Artanh = "artanh", ["artanh", "arctanh", "atanh"], ["artanh", "arctanh", "atanh"], [], One;
    Ln = "ln", ["ln"], ["ln"], [], One;
    Log = "log", ["log"], ["log"], [], Indexed;
    Lg = "lg", ["lg"], [], [], One;
    Exp = "exp", ["exp"], ["exp"], [], One;
    Min = "min", ["min"], ["min"], [], List;
    Max = "max", ["max"], ["max"], [], List;
    Gcd = "gcd", ["gcd"], ["gcd"], [], List;
    Lcm = "lcm", ["lcm"], ["lcm"], [], List;
    Det = "det", ["det"], ["det"], [], One;
    Dim = "dim", ["dim"], [], [], Indexed;
    Ker = "ker", ["ker"], [], [], One;
    Deg = "deg", ["deg"], [], [], One;
    Arg = "arg", ["arg"], [], [], One;
    Sgn = "sgn", ["sgn", "sign"], [], ["sgn"], One;
    Re = "Re", ["Re"], [], [], One;
    Im = "Im", ["Im"], [], [], One;
    Floor = "floor", ["floor"], [], ["floor"], One;
    Ceil = "ceil", ["ceil"], [], ["ceil"], One;
    Abs = "abs", [], [], ["abs"], One;
}

/// The operators with bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names are the field's own")]
pub enum BigOp {
    Sum,
    Product,
    Integral,
    Limit,
}

/// Every operator with bounds, by its command, which is also its name in normalised text.
pub static BIG_OPERATORS: &[(&str, BigOp)] =
    &[("sum", BigOp::Sum), ("prod", BigOp::Product), ("int", BigOp::Integral), ("lim", BigOp::Limit)];

impl Func {
    /// The row of a function.
    pub fn row(self) -> &'static Row {
        &FUNCTIONS[self as usize]
    }

    /// The function of that name in normalised text.
    pub fn named(name: &str) -> Option<Self> {
        NAMES.get(name).copied()
    }
}

impl BigOp {
    /// The operator of that name.
    pub fn named(name: &str) -> Option<Self> {
        BIG_OPERATORS.iter().find(|(command, _)| *command == name).map(|(_, op)| *op)
    }
}

/// The name of each spelling. Answers ask for names at every sequence of letters, so that the table is not searched row by row.
type Spellings = LazyLock<HashMap<&'static str, &'static str>>;

static COMMANDS: Spellings = LazyLock::new(|| spellings(|row| row.commands));
static WORDS: Spellings = LazyLock::new(|| spellings(|row| row.words));
static NAMES: LazyLock<HashMap<&'static str, Func>> = LazyLock::new(|| FUNCTIONS.iter().map(|row| (row.name, row.func)).collect());

fn spellings(column: impl Fn(&Row) -> &'static [&'static str]) -> HashMap<&'static str, &'static str> {
    FUNCTIONS.iter().flat_map(|row| column(row).iter().map(|spelling| (*spelling, row.name))).collect()
}

/// The name in normalised text of a LaTeX command for a function or an operator with bounds.
pub fn of_command(command: &str) -> Option<&'static str> {
    let big = || BIG_OPERATORS.iter().find(|(name, _)| *name == command).map(|(name, _)| *name);
    of_function_command(command).or_else(big)
}

/// The name in normalised text of a LaTeX command for a function. `int`, `sum` and `prod` are left out: in a font they are
/// names (of an interior, of a variable).
pub fn of_function_command(command: &str) -> Option<&'static str> {
    COMMANDS.get(command).copied()
}

/// The name in normalised text of the function that a word names in plain text.
pub fn of_word(word: &str) -> Option<&'static str> {
    WORDS.get(word).copied()
}

/// The name in normalised text of the function that a word names directly before a round bracket.
pub fn of_call(word: &str) -> Option<&'static str> {
    FUNCTIONS.iter().find(|row| row.calls.contains(&word)).map(|row| row.name)
}

/// Whether a name in normalised text is the name of a function or of an operator with bounds, so that an operand
/// follows.
pub fn is_name(name: &str) -> bool {
    Func::named(name).is_some() || BigOp::named(name).is_some()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::math::Math;

    const GRAMMAR: &str = include_str!("../../grammars/math.pest");

    /// The names that a rule of the grammar lists.
    fn listed(rule: &str) -> BTreeSet<&'static str> {
        let body = GRAMMAR.split_once(&format!("\n{rule}")).and_then(|(_, rest)| rest.split_once("~ (")).expect("the rule").1;
        let body = body.split_once(')').expect("its list ends").0;
        body.split('"').skip(1).step_by(2).collect()
    }

    #[test]
    fn the_grammar_knows_the_functions_of_the_table_and_no_others() {
        assert_eq!(listed("fn_name "), FUNCTIONS.iter().map(|row| row.name).collect());
        assert_eq!(listed("op_name "), BIG_OPERATORS.iter().map(|(name, _)| *name).collect());
    }

    /// The grammar takes the first alternative that matches: `sin` before `sinh` would leave an `h` unread.
    #[test]
    fn no_name_in_the_grammar_hides_a_longer_one() {
        let body = GRAMMAR.split_once("\nfn_name ").expect("the rule").1.split_once(") ~ !").expect("its list ends").0;
        let names: Vec<&str> = body.split_once("~ (").expect("its list").1.split('"').skip(1).step_by(2).collect();
        for (place, name) in names.iter().enumerate() {
            assert!(names[place + 1..].iter().all(|later| !later.starts_with(name)), "`{name}` comes before a longer name");
        }
    }

    #[test]
    fn every_spelling_is_one_functions_alone() {
        for column in [|row: &Row| row.commands, |row: &Row| row.words, |row: &Row| row.calls] {
            let all: Vec<&str> = FUNCTIONS.iter().flat_map(column).copied().collect();
            assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len(), "{all:?}");
        }
        for (place, row) in FUNCTIONS.iter().enumerate() {
            assert_eq!(row.func as usize, place, "{}", row.name);
        }
    }

    #[test]
    fn every_spelling_of_a_function_is_read_as_that_function() {
        let read = |text: &str| Math::normal_form(text);
        for row in FUNCTIONS {
            let argument = if row.takes == Takes::List { "(x, y)" } else { "(x)" };
            let spellings = row.commands.iter().flat_map(|name| [format!("\\{name}"), format!("\\operatorname{{{name}}}")]);
            let plain = row.words.iter().chain(row.calls).map(|name| (*name).to_owned());
            let forms: BTreeSet<_> = spellings.chain(plain).map(|name| read(&format!("{name}{argument}"))).collect();
            assert_eq!(forms.len(), 1, "{}: {forms:?}", row.name);
            assert!(forms.iter().all(Option::is_some), "{} is not read", row.name);
        }
    }

    /// `|\cot |x||` used to close at its second bar and was read as notation; `|\sin |x||` was not.
    #[test]
    fn a_bar_behind_the_name_of_a_function_opens() {
        for row in FUNCTIONS.iter().filter(|row| row.takes != Takes::List && row.func != Func::Det) {
            for command in row.commands {
                for script in ["", "^2 ", "^{2}"] {
                    let forms = ["|x|", "|-x|"].map(|argument| Math::normal_form(&format!("|\\{command}{script}{argument}|")));
                    assert!(forms[0].is_some() && forms[0] == forms[1], "\\{command}{script}: {forms:?}");
                }
            }
        }
    }
}
