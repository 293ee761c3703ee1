//! The table of the characters outside ASCII that answers may contain.
//!
//! Accepts: every character listed here. Refuses: every other character, and letters of other alphabets that look like
//! Latin letters.

use std::borrow::Cow;

/// Superscript or subscript.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// A superscript.
    Super,
    /// A subscript.
    Sub,
}

/// The script and the plain form of a superscript or subscript character.
pub fn script_digit(c: char) -> Option<(Script, char)> {
    let sup = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let sub = ['₀', '₁', '₂', '₃', '₄', '₅', '₆', '₇', '₈', '₉'];
    let digit = |table: &[char]| table.iter().position(|&x| x == c).and_then(|d| char::from_digit(u32::try_from(d).ok()?, 10));
    if let Some(plain) = digit(&sup) {
        return Some((Script::Super, plain));
    }
    if let Some(plain) = digit(&sub) {
        return Some((Script::Sub, plain));
    }
    match c {
        '⁻' => Some((Script::Super, '-')),
        '⁺' => Some((Script::Super, '+')),
        'ⁿ' => Some((Script::Super, 'n')),
        'ˣ' => Some((Script::Super, 'x')),
        '₊' => Some((Script::Sub, '+')),
        '₋' => Some((Script::Sub, '-')),
        'ₙ' => Some((Script::Sub, 'n')),
        _ => None,
    }
}

/// Whether a character is a superscript or a subscript.
pub fn is_script(c: char) -> bool {
    script_digit(c).is_some()
}

/// The number in a circle, which names a statement or an option: `③`.
pub fn circled(c: char) -> Option<u32> {
    ('①'..='⑳').contains(&c).then(|| u32::from(c) - u32::from('①') + 1)
}

/// The narrow form of a full-width digit, letter or sign; `None` for every other character.
fn narrow(c: char) -> Option<char> {
    let wide =
        matches!(c, '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '＋' | '－' | '／' | '．' | '＜' | '＞' | '［' | '］' | '｛' | '｝');
    if wide { char::from_u32(u32::from(c) - 0xFEE0) } else { None }
}

/// A text with its full-width digits, letters and signs in their narrow form.
pub fn narrowed(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || !text.chars().any(|c| narrow(c).is_some()) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|c| narrow(c).unwrap_or(c)).collect())
}

/// The ASCII or LaTeX spelling of a character.
#[allow(clippy::too_many_lines, reason = "a table")]
pub fn latex(c: char) -> Option<&'static str> {
    Some(match c {
        '−' | '–' | '‐' | '‑' | '﹣' => "-",
        '·' | '⋅' | '∙' | '∗' => "*",
        '×' | '✕' => "\\times ",
        '÷' | '⁄' | '∕' => "/",
        '±' => "\\pm ",
        '∓' => "\\mp ",
        '≤' | '⩽' | '≦' => "<=",
        '≥' | '⩾' | '≧' => ">=",
        '≠' => "!=",
        '≡' => "\\equiv ",
        '≈' | '≃' => "\\approx ",
        '√' => "\\sqrt ",
        '∛' => "\\sqrt[3]",
        '∜' => "\\sqrt[4]",
        '∞' => "\\infty ",
        'π' | '𝜋' => "\\pi ",
        '°' | 'º' => "\\degree ",
        '℃' => "\\degree C",
        '∠' => "\\angle ",
        '∪' => "\\cup ",
        '∩' => "\\cap ",
        '∈' => "\\in ",
        '∉' => "\\notin ",
        '∅' | '⌀' => "\\emptyset ",
        '∖' => "\\setminus ",
        '⊂' => "\\subset ",
        '⊆' => "\\subseteq ",
        '→' => "\\to ",
        '⇒' => "\\implies ",
        '⇔' => "\\iff ",
        '∧' => "\\land ",
        '∨' => "\\lor ",
        '¬' => "\\neg ",
        '∘' => "\\circ ",
        '∇' => "\\nabla ",
        '∂' => "\\partial ",
        '∀' => "\\forall ",
        '∃' => "\\exists ",
        '∑' => "\\sum ",
        '∏' => "\\prod ",
        '∫' => "\\int ",
        '⟨' | '〈' => "\\langle ",
        '⟩' | '〉' => "\\rangle ",
        '⌊' => "\\lfloor ",
        '⌋' => "\\rfloor ",
        '⌈' => "\\lceil ",
        '⌉' => "\\rceil ",
        '∣' => "|",
        '′' | '’' | '‘' => "'",
        '…' | '⋯' => "\\ldots ",
        '½' => "\\frac{1}{2}",
        '⅓' => "\\frac{1}{3}",
        '⅔' => "\\frac{2}{3}",
        '¼' => "\\frac{1}{4}",
        '¾' => "\\frac{3}{4}",
        '⅕' => "\\frac{1}{5}",
        '⅖' => "\\frac{2}{5}",
        '⅗' => "\\frac{3}{5}",
        '⅘' => "\\frac{4}{5}",
        '⅙' => "\\frac{1}{6}",
        '⅚' => "\\frac{5}{6}",
        '⅐' => "\\frac{1}{7}",
        '⅛' => "\\frac{1}{8}",
        '⅜' => "\\frac{3}{8}",
        '⅝' => "\\frac{5}{8}",
        '⅞' => "\\frac{7}{8}",
        '⅑' => "\\frac{1}{9}",
        '⅒' => "\\frac{1}{10}",
        'ℝ' => "\\mathbb{R}",
        'ℤ' => "\\mathbb{Z}",
        'ℕ' => "\\mathbb{N}",
        'ℚ' => "\\mathbb{Q}",
        'ℂ' => "\\mathbb{C}",
        'α' => "\\alpha ",
        'β' => "\\beta ",
        'γ' => "\\gamma ",
        'δ' => "\\delta ",
        'ε' | 'ϵ' => "\\epsilon ",
        'ζ' => "\\zeta ",
        'η' => "\\eta ",
        'θ' | 'ϑ' => "\\theta ",
        'κ' => "\\kappa ",
        'λ' => "\\lambda ",
        'μ' | 'µ' => "\\mu ",
        'ν' => "\\nu ",
        'ξ' => "\\xi ",
        'ρ' => "\\rho ",
        'σ' => "\\sigma ",
        'τ' => "\\tau ",
        'φ' | 'ϕ' => "\\phi ",
        'χ' => "\\chi ",
        'ψ' => "\\psi ",
        'ω' => "\\omega ",
        'Γ' => "\\Gamma ",
        'Δ' | '∆' => "\\Delta ",
        'Θ' => "\\Theta ",
        'Λ' => "\\Lambda ",
        'Ξ' => "\\Xi ",
        'Π' => "\\Pi ",
        'Σ' => "\\Sigma ",
        'Φ' => "\\Phi ",
        'Ψ' => "\\Psi ",
        'Ω' => "\\Omega ",
        'ℏ' | 'ħ' => "\\hbar ",
        'ℵ' => "\\aleph ",
        '％' => "%",
        '（' => "(",
        '）' => ")",
        '，' | '、' => ",",
        '；' => ";",
        '：' => ":",
        '＝' => "=",
        _ => return None,
    })
}

/// Whether a character is white space or an invisible separator.
pub fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{2061}' | '\u{2062}')
}

/// Whether a character is a letter of another alphabet that looks like a Latin letter: `А` (Cyrillic) is not `A`.
pub fn is_lookalike(c: char) -> bool {
    matches!(c, '\u{0370}'..='\u{052f}' | '\u{2100}'..='\u{214f}' | '\u{ff00}'..='\u{ffef}' | '\u{1d400}'..='\u{1d7ff}')
}
