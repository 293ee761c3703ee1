//! Formulas of compounds and ions, compared by their symbols and numbers: `\text{CO}_2`, `CO_2`, `CO2`, `CO₂`.
//!
//! Accepts: symbols of elements, counts as indices or on the line, brackets with a count, one charge as an exponent; at least a
//! count or a charge. Refuses: everything else, in particular small letters that no element has, so `C2v` and `ab_2` are none.

/// The symbols of the elements.
const ELEMENTS: &str = "H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr Rb Sr Y Zr Nb Mo Tc Ru Rh \
    Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu \
    Am Cm Bk Cf Es Fm Md No Lr";
/// Longest formula, in bytes.
const LONGEST: usize = 120;

/// The formula of a compound without decoration: `H2O`, `SO4^2-`. `None` where the text is none.
pub(super) fn formula(source: &str) -> Option<String> {
    if source.len() > LONGEST || !source.contains(|c: char| c.is_ascii_uppercase()) {
        return None;
    }
    // `C_1 2` is no C₁₂.
    if source.as_bytes().windows(3).any(|three| three[0].is_ascii_digit() && three[1] == b' ' && three[2].is_ascii_digit()) {
        return None;
    }
    let mut text = source.replace(['$', ' ', '_'], "");
    for font in ["\\text{", "\\mathrm{", "\\textrm{", "\\rm{", "\\ce{", "\\,", "\\!"] {
        text = text.replace(font, if font.ends_with('{') { "{" } else { "" });
    }
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '{' | '}' => {}
            '₀'..='₉' => plain.push(char::from_digit(u32::from(c) - u32::from('₀'), 10)?),
            c if c.is_ascii() => plain.push(c),
            _ => return None,
        }
    }
    is_formula(&plain).then_some(plain)
}

fn is_formula(text: &str) -> bool {
    let (body, charge) = text.split_once('^').map_or((text, None), |(body, charge)| (body, Some(charge)));
    let charged = charge.is_none_or(|charge| {
        let digits = charge.trim_end_matches(['+', '-']);
        charge.len() == digits.len() + 1 && digits.len() <= 1 && digits.bytes().all(|byte| byte.is_ascii_digit())
    });
    let (mut rest, mut symbols, mut counts, mut depth) = (body, 0, 0, 0_usize);
    while let Some(first) = rest.chars().next() {
        let length = match first {
            'A'..='Z' => {
                let two = rest.get(..2).filter(|two| is_element(two));
                symbols += 1;
                match two {
                    Some(_) => 2,
                    None if is_element(&rest[..1]) => 1,
                    None => return false,
                }
            }
            '1'..='9' if symbols > 0 => {
                counts += 1;
                rest.bytes().take_while(u8::is_ascii_digit).count()
            }
            '(' => {
                depth += 1;
                1
            }
            ')' if depth > 0 && symbols > 0 => {
                depth -= 1;
                1
            }
            _ => return false,
        };
        rest = &rest[length..];
    }
    charged && depth == 0 && symbols > 0 && (counts > 0 || charge.is_some())
}

fn is_element(symbol: &str) -> bool {
    ELEMENTS.split_ascii_whitespace().any(|element| element == symbol)
}

#[cfg(test)]
mod tests {
    use super::formula;

    #[test]
    fn one_compound_has_one_formula() {
        for text in ["\\text{CO}_2", "CO_2", "CO2", "CO₂", "\\mathrm{CO_2}", "\\mathrm{C}\\mathrm{O}_{2}", "$CO_2$"] {
            assert_eq!(formula(text).as_deref(), Some("CO2"), "{text}");
        }
        assert_eq!(formula("\\text{SO}_4^{2-}"), formula("SO_4^{2-}"));
        assert_ne!(formula("CO_2"), formula("CO_3"));
        assert_ne!(formula("Fe^{3+}"), formula("Fe_3"));
    }

    #[test]
    fn other_texts_are_none() {
        for text in ["C2v", "ab_2", "x^2", "AB", "5", "CO", "E_0V_0", "Q_1Q_2", "NaCl+H", "2H_2O", "(H", "C_1 2", ""] {
            assert_eq!(formula(text), None, "{text}");
        }
    }
}
