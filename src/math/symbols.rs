//! The table of the LaTeX commands that answers may contain.
//!
//! Accepts: every name listed here and in [`functions`], whole. Refuses: every other name. An unknown command makes an
//! answer unreadable; it is not dropped, because what it displays is unknown.

use super::functions;

/// What a LaTeX command means to the normaliser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// Displays nothing: `\displaystyle`.
    Drop,
    /// A blank: `\quad`.
    Space,
    /// Sizes a bracket: `\left`.
    Delimiter,
    /// A symbol, written under this name.
    Symbol(&'static str),
    /// Takes an argument: `\frac`, `\sin`.
    Prefix(&'static str),
    /// An infix operator written as this token.
    Infix(&'static str),
    /// An infix operator written as this command.
    Operator(&'static str),
    /// A sign that may be infix or prefix.
    Sign(&'static str),
    /// The degree sign.
    Degree,
    /// `\circ`: degrees after a digit, otherwise a composition.
    Circle,
    /// `\ast`, `\star`: a product next to a digit, a mark in an exponent, otherwise an operator of this name.
    Asterisk(&'static str),
    /// `\text{...}`: words.
    Text,
    /// `\mathrm{...}`: a font.
    Style,
    /// `\mathbf{...}`: a font that makes a different symbol.
    Bold,
    /// `\vec{...}`: an accent that makes a different symbol.
    Accent,
    /// `\boxed{...}`: its argument is read as a plain group in braces.
    Wrapper,
    /// `\begin{...}`.
    Begin,
    /// `\end{...}`.
    End,
    /// Makes a fraction or binomial of the group around it; the output of the group then opens with this text.
    Over(&'static str),
    /// Takes an argument and displays nothing.
    Phantom,
    /// `\color{red}`, `\textcolor{red}`: the colour is dropped where its text is visible.
    Colour,
    /// `\lbrack`, `\lgroup`, `\lparen`: an opening bracket written as this character.
    OpenBracket(&'static str),
    /// `\rbrack`, `\rgroup`, `\rparen`: a closing bracket written as this character.
    CloseBracket(&'static str),
    /// `\lvert`.
    OpenBar,
    /// `\rvert`.
    CloseBar,
    /// An opening bracket with a name.
    Open(&'static str),
    /// A closing bracket with a name.
    Close(&'static str),
    /// A letter: `\exponentialE` is e.
    Letter(char),
    /// `\bmod`, `\pmod`.
    Mod,
}

/// The meaning of a command name, without its backslash.
#[allow(clippy::too_many_lines, reason = "a table")]
pub fn command(name: &str) -> Option<Command> {
    use Command::{
        Accent, Asterisk, Begin, Bold, Circle, Close, CloseBar, CloseBracket, Colour, Degree, Delimiter, Drop, End, Infix, Letter,
        Mod, Open, OpenBar, OpenBracket, Operator, Over, Phantom, Prefix, Sign, Space, Style, Symbol, Text, Wrapper,
    };
    Some(match name {
        "frac" | "dfrac" | "tfrac" | "cfrac" => Prefix("frac"),
        "over" => Over("\\frac{"),
        "choose" => Over("\\binom{"),
        "sqrt" => Prefix("sqrt"),
        "left" | "right" | "big" | "Big" | "bigg" | "Bigg" | "bigl" | "bigr" | "Bigl" | "Bigr" | "biggl" | "biggr" | "Biggl"
        | "Biggr" | "bigm" | "middle" | "mleft" | "mright" => Delimiter,
        "lbrack" => OpenBracket("["),
        "rbrack" => CloseBracket("]"),
        "lgroup" | "lparen" => OpenBracket("("),
        "rgroup" | "rparen" => CloseBracket(")"),
        "lbrace" => OpenBracket("\\{"),
        "rbrace" => CloseBracket("\\}"),
        "color" | "textcolor" => Colour,
        "cdot" | "cdotp" => Infix("*"),
        "times" => Infix("#"),
        "ast" => Asterisk("ast"),
        "star" => Asterisk("star"),
        "text" | "mbox" | "textbf" | "textit" | "textnormal" | "textrm" | "textsf" | "texttt" | "unit" | "si" | "hbox" | "emph"
        | "textsc" | "textup" => Text,
        "mathrm" | "mathit" | "mathsf" | "mathtt" | "rm" | "bf" | "it" | "operatorname" | "mathnormal" => Style,
        "mathbf" | "boldsymbol" | "bm" | "pmb" => Bold,
        "pi" => Symbol("pi"),
        "infty" | "infinity" => Symbol("infty"),
        "emptyset" | "varnothing" => Symbol("emptyset"),
        "le" | "leq" | "leqslant" | "leqq" => Infix("<="),
        "ge" | "geq" | "geqslant" | "geqq" => Infix(">="),
        "lt" => Infix("<"),
        "gt" => Infix(">"),
        "ne" | "neq" => Infix("!="),
        "approx" | "simeq" | "thickapprox" | "approxeq" => Infix("~="),
        "div" => Infix("/"),
        "colon" => Infix(":"),
        "pm" => Sign("\\pm"),
        "mp" => Sign("\\mp"),
        "in" => Operator("in"),
        "to" | "rightarrow" | "longrightarrow" => Operator("to"),
        "cup" | "bigcup" => Operator("cup"),
        "cap" | "bigcap" => Operator("cap"),
        "setminus" | "backslash" => Operator("setminus"),
        "and" => Operator("and"),
        "or" => Operator("or"),
        "land" | "wedge" => Operator("land"),
        "lor" | "vee" => Operator("lor"),
        "mid" => Operator("mid"),
        "degree" | "degrees" => Degree,
        "circ" => Circle,
        "binom" | "dbinom" | "tbinom" => Prefix("binom"),
        "displaystyle" | "textstyle" | "scriptstyle" | "scriptscriptstyle" | "limits" | "nolimits" | "normalsize" | "large"
        | "Large" | "huge" | "small" | "tiny" | "centering" | "hfill" | "noindent" | "strut" | "mathstrut" | "nonumber"
        | "protect" => Drop,
        "quad" | "qquad" | "thinspace" | "medspace" | "thickspace" | "enspace" | "space" | "par" | "newline" | "hline"
        | "nobreak" | "allowbreak" | "negthinspace" => Space,
        "hspace" | "vspace" | "phantom" | "hphantom" | "vphantom" => Phantom,
        "boxed" | "fbox" | "framebox" | "mathord" | "mathop" | "mathbin" | "mathrel" | "ensuremath" | "variable" => Wrapper,
        "underbrace" => Symbol("underbrace"),
        "overbrace" => Symbol("overbrace"),
        "vec" | "hat" | "widehat" | "tilde" | "widetilde" | "bar" | "overline" | "underline" | "dot" | "ddot"
        | "overrightarrow" | "overleftarrow" | "mathbb" | "mathcal" | "mathfrak" | "mathscr" | "check" | "breve" => Accent,
        "lvert" | "lVert" => OpenBar,
        "rvert" | "rVert" => CloseBar,
        "vert" | "Vert" | "|" => Symbol("vert"),
        "lfloor" => Open("lfloor"),
        "rfloor" => Close("rfloor"),
        "lceil" => Open("lceil"),
        "rceil" => Close("rceil"),
        "langle" => Open("langle"),
        "rangle" => Close("rangle"),
        "begin" => Begin,
        "end" => End,
        "exponentialE" => Letter('e'),
        "imaginaryI" | "imath" => Letter('i'),
        "jmath" => Letter('j'),
        "differentialD" => Letter('d'),
        "bmod" | "pmod" | "mod" => Mod,
        "ldots" | "dots" | "cdots" | "dotsc" | "dotsb" | "hdots" | "vdots" | "ddots" => Symbol("ldots"),
        "iff" | "Leftrightarrow" | "Longleftrightarrow" => Operator("iff"),
        "implies" | "Rightarrow" | "Longrightarrow" => Operator("implies"),
        "equiv" => Operator("equiv"),
        "cong" => Operator("cong"),
        "sim" => Operator("sim"),
        "subset" => Operator("subset"),
        "subseteq" => Operator("subseteq"),
        "supset" => Operator("supset"),
        "supseteq" => Operator("supseteq"),
        "nmid" => Operator("nmid"),
        "oint" => Symbol("oint"),
        "iint" => Symbol("iint"),
        "iiint" => Symbol("iiint"),
        "sup" | "limsup" => Symbol("sup"),
        "inf" | "liminf" => Symbol("inf"),
        "Pr" => Symbol("Pr"),
        "notin" => Operator("notin"),
        "otimes" => Operator("otimes"),
        "oplus" => Operator("oplus"),
        "parallel" => Operator("parallel"),
        "perp" => Operator("perp"),
        "propto" => Operator("propto"),
        "ll" => Operator("ll"),
        "gg" => Operator("gg"),
        "prec" => Operator("prec"),
        "succ" => Operator("succ"),
        "ni" => Operator("ni"),
        "mapsto" => Operator("mapsto"),
        "forall" => Symbol("forall"),
        "exists" => Symbol("exists"),
        "neg" | "lnot" => Symbol("neg"),
        "not" => Symbol("not"),
        "angle" | "measuredangle" => Symbol("angle"),
        "triangle" => Symbol("triangle"),
        "square" | "Box" | "blacksquare" => Symbol("square"),
        "prime" => Symbol("prime"),
        "dagger" => Symbol("dagger"),
        "bullet" => Symbol("bullet"),
        "checkmark" => Symbol("checkmark"),
        "complement" => Symbol("complement"),
        "_" => Symbol("blank"),
        "alpha" => Symbol("alpha"),
        "beta" => Symbol("beta"),
        "gamma" => Symbol("gamma"),
        "delta" => Symbol("delta"),
        "epsilon" | "varepsilon" => Symbol("epsilon"),
        "zeta" => Symbol("zeta"),
        "eta" => Symbol("eta"),
        "theta" | "vartheta" => Symbol("theta"),
        "iota" => Symbol("iota"),
        "kappa" => Symbol("kappa"),
        "lambda" => Symbol("lambda"),
        "mu" => Symbol("mu"),
        "nu" => Symbol("nu"),
        "xi" => Symbol("xi"),
        "rho" | "varrho" => Symbol("rho"),
        "sigma" | "varsigma" => Symbol("sigma"),
        "tau" => Symbol("tau"),
        "upsilon" => Symbol("upsilon"),
        "phi" | "varphi" => Symbol("phi"),
        "chi" => Symbol("chi"),
        "psi" => Symbol("psi"),
        "omega" => Symbol("omega"),
        "Gamma" => Symbol("Gamma"),
        "Delta" => Symbol("Delta"),
        "Theta" => Symbol("Theta"),
        "Lambda" => Symbol("Lambda"),
        "Xi" => Symbol("Xi"),
        "Pi" => Symbol("Pi"),
        "Sigma" => Symbol("Sigma"),
        "Upsilon" => Symbol("Upsilon"),
        "Phi" => Symbol("Phi"),
        "Psi" => Symbol("Psi"),
        "Omega" => Symbol("Omega"),
        "hbar" | "hslash" => Symbol("hbar"),
        "ell" => Symbol("ell"),
        "aleph" => Symbol("aleph"),
        "odot" => Symbol("odot"),
        "top" | "intercal" => Symbol("top"),
        "partial" => Symbol("partial"),
        "nabla" => Symbol("nabla"),
        name => Prefix(functions::of_command(name)?),
    })
}

/// Whether a text has a command, written with its backslash, or one that begins like it. Looks only at backslashes.
pub fn has_command(text: &str, command: &str) -> bool {
    memchr::memchr_iter(b'\\', text.as_bytes()).any(|place| text[place..].starts_with(command))
}

/// Whether a command is a Greek letter.
pub fn is_greek(name: &str) -> bool {
    matches!(
        name,
        "alpha"
            | "beta"
            | "gamma"
            | "delta"
            | "epsilon"
            | "zeta"
            | "eta"
            | "theta"
            | "iota"
            | "kappa"
            | "lambda"
            | "mu"
            | "nu"
            | "xi"
            | "rho"
            | "sigma"
            | "tau"
            | "upsilon"
            | "phi"
            | "chi"
            | "psi"
            | "omega"
            | "Gamma"
            | "Delta"
            | "Theta"
            | "Lambda"
            | "Xi"
            | "Sigma"
            | "Upsilon"
            | "Phi"
            | "Psi"
            | "Omega"
    )
}

/// Whether an operator can follow the end of the output so far.
pub fn is_operand_end(out: &str) -> bool {
    let bytes = out.as_bytes();
    match bytes.last() {
        None => false,
        Some(b'0'..=b'9' | b'.' | b')' | b']' | b'}' | b'!' | b'%' | b'@' | b'\'' | b'"' | b' ') => !out.ends_with("\\begin{}"),
        Some(b'a'..=b'z' | b'A'..=b'Z') => {
            let word = bytes.iter().rev().take_while(|b| b.is_ascii_alphabetic()).count();
            if bytes.len() > word && bytes[bytes.len() - word - 1] == b'\\' {
                let name = &out[out.len() - word..];
                !functions::is_name(name)
                    && !matches!(
                        name,
                        "lv" | "lfloor"
                            | "lceil"
                            | "langle"
                            | "frac"
                            | "sqrt"
                            | "binom"
                            | "pm"
                            | "mp"
                            | "in"
                            | "to"
                            | "cup"
                            | "cap"
                            | "setminus"
                            | "and"
                            | "or"
                            | "mid"
                    )
            } else {
                true
            }
        }
        _ => false,
    }
}

/// Whether the output so far ends in the name of a function with an exponent or index, so that its argument follows:
/// `\sin^2`, `\log_{10}`.
pub fn is_function_with_script(out: &str) -> bool {
    let bare = match out.strip_suffix('}') {
        Some(inner) => inner.rsplit_once('{').filter(|(_, script)| !script.contains('}')).map(|(head, _)| head),
        None => out.strip_suffix(|c: char| c.is_ascii_alphanumeric()),
    };
    let Some(head) = bare.and_then(|head| head.strip_suffix(['^', '_'])) else { return false };
    let name = head.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    name.ends_with('\\') && functions::is_name(&head[name.len()..])
}

/// Whether `and` or `or` between these two pieces of source separates answers, and is not part of a sentence.
pub fn is_separator_word(before: &str, after: &str) -> bool {
    let piece_before = before.rsplit(['{', '}', '$']).next().unwrap_or("");
    let piece_after = after.split(['{', '}', '$']).next().unwrap_or("");
    let wordless =
        |piece: &str| piece.split(|c: char| !c.is_alphabetic()).all(|word| word.len() <= 1 || word == "and" || word == "or");
    wordless(piece_before) && wordless(piece_after)
}
