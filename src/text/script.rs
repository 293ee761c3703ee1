//! Counts letters and words by script.
//!
//! Accepts: any text. Characters that belong to every script (digits, punctuation, emoji, mathematical alphabets) are
//! in neither count. Source of the scripts: Unicode `Scripts.txt` by the crate unicode-script.

use std::sync::OnceLock;

use unicode_script::{Script, UnicodeScript};

use crate::{Error, Result};

/// A set of scripts.
///
/// ```
/// use r1rewards::text::ScriptSet;
/// let japanese = ScriptSet::from_names(&["Han", "Hiragana", "Katakana"])?;
/// assert!(japanese.contains('漢') && japanese.contains('か') && !japanese.contains('a'));
/// # Ok::<(), r1rewards::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ScriptSet {
    members: Box<[bool; 256]>,
    /// In alphabetical order, each once.
    names: Vec<&'static str>,
}

impl std::fmt::Debug for ScriptSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ScriptSet({} scripts)", self.names.len())
    }
}

impl ScriptSet {
    /// A set by Unicode names (`Latin`, `Han`) or ISO 15924 codes (`Latn`, `Hani`).
    ///
    /// # Errors
    /// An empty list, a name that Unicode does not have.
    pub fn from_names<S: AsRef<str>>(names: &[S]) -> Result<Self> {
        if names.is_empty() {
            return Err(Error::option("script", "an empty list", "name at least one script, such as Latin or Han"));
        }
        let mut members = Box::new([false; 256]);
        let mut full_names = Vec::with_capacity(names.len());
        for name in names.iter().map(AsRef::as_ref) {
            let script = Script::from_full_name(name).or_else(|| Script::from_short_name(name));
            match script {
                Some(script) if !matches!(script, Script::Common | Script::Inherited | Script::Unknown) => {
                    members[script as usize] = true;
                    full_names.push(script.full_name());
                }
                _ => {
                    return Err(Error::option(
                        "script",
                        format_args!("`{name}`"),
                        "use a Unicode script name such as Latin, Cyrillic, Han, Hiragana, Arabic",
                    ));
                }
            }
        }
        full_names.sort_unstable();
        full_names.dedup();
        Ok(Self { members, names: full_names })
    }

    /// The Unicode names of the scripts, in alphabetical order.
    ///
    /// ```
    /// use r1rewards::text::ScriptSet;
    /// assert_eq!(ScriptSet::from_names(&["Latn", "Han", "Latin"])?.names(), ["Han", "Latin"]);
    /// # Ok::<(), r1rewards::Error>(())
    /// ```
    pub fn names(&self) -> &[&'static str] {
        &self.names
    }

    /// Whether a letter is of one of the scripts.
    pub fn contains(&self, letter: char) -> bool {
        self.has(script_of_letter(letter))
    }

    fn has(&self, script: Script) -> bool {
        self.members[script as usize]
    }
}

/// Counts of letters and words of a text: all of them, and those in a set of scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ScriptCount {
    /// Letters of any script.
    pub letters: u64,
    /// Letters of the set.
    pub letters_in: u64,
    /// Words: runs of letters; a letter of a script without word spaces is one word.
    pub words: u64,
    /// Words all of whose letters are of the set.
    pub words_in: u64,
}

impl ScriptCount {
    pub(crate) fn add(&mut self, other: Self) {
        self.letters += other.letters;
        self.letters_in += other.letters_in;
        self.words += other.words;
        self.words_in += other.words_in;
    }
}

/// Counts letters and words.
///
/// ```
/// use r1rewards::text::{ScriptSet, count_letters};
/// let count = count_letters("so 答案 is", &ScriptSet::from_names(&["Latin"])?);
/// assert_eq!((count.letters_in, count.letters, count.words_in, count.words), (4, 6, 2, 4));
/// # Ok::<(), r1rewards::Error>(())
/// ```
pub fn count_letters(text: &str, target: &ScriptSet) -> ScriptCount {
    let mut count = ScriptCount::default();
    let latin_in = target.has(Script::Latin);
    // `None` between words; inside a word, whether all of its letters so far are in the set.
    let mut word: Option<bool> = None;
    let table = letters_table();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at].is_ascii() {
            at += count_ascii(&bytes[at..], latin_in, &mut count, &mut word);
            continue;
        }
        for character in text[at..].chars().take_while(|character| !character.is_ascii()) {
            at += character.len_utf8();
            let script = lookup(table, character);
            if script == Script::Unknown {
                if !matches!(character, '\u{2019}' | '\u{300}'..='\u{36f}') {
                    finish(&mut count, &mut word);
                }
                continue;
            }
            let inside = target.has(script);
            count.letters += 1;
            count.letters_in += u64::from(inside);
            if unspaced(script) {
                finish(&mut count, &mut word);
                count.words += 1;
                count.words_in += u64::from(inside);
            } else {
                word = Some(word.unwrap_or(true) && inside);
            }
        }
    }
    finish(&mut count, &mut word);
    count
}

/// Counts up to the first byte beyond ASCII or to the end; gives the number of bytes read.
fn count_ascii(bytes: &[u8], latin_in: bool, count: &mut ScriptCount, word: &mut Option<bool>) -> usize {
    let open = *word;
    let (mut letters, mut begun, mut inside) = (0u64, 0u64, open.is_some());
    // Whether the word that was open has letters here, too.
    let mut longer = false;
    let mut read = 0;
    for byte in bytes.iter().take_while(|byte| byte.is_ascii()) {
        let letter = byte.is_ascii_alphabetic();
        letters += u64::from(letter);
        begun += u64::from(letter && !inside);
        longer |= letter && begun == 0;
        inside = letter || (inside && *byte == b'\'');
        read += 1;
    }
    count.letters += letters;
    count.letters_in += if latin_in { letters } else { 0 };
    let first = open.map(|all| all && (latin_in || !longer));
    let ended = u64::from(first.is_some()) + begun - u64::from(inside);
    count.words += ended;
    match first {
        // All words that ended are in the set, except the first if it is not.
        Some(all) if ended > 0 => count.words_in += u64::from(all) + if latin_in { ended - 1 } else { 0 },
        _ => count.words_in += if latin_in { ended } else { 0 },
    }
    *word = match first {
        Some(all) if inside && ended == 0 => Some(all),
        _ => inside.then_some(latin_in),
    };
    read
}

fn finish(count: &mut ScriptCount, word: &mut Option<bool>) {
    if let Some(inside) = word.take() {
        count.words += 1;
        count.words_in += u64::from(inside);
    }
}

/// Scripts whose words are not separated by blanks.
fn unspaced(script: Script) -> bool {
    matches!(
        script,
        Script::Han
            | Script::Hiragana
            | Script::Katakana
            | Script::Bopomofo
            | Script::Thai
            | Script::Lao
            | Script::Khmer
            | Script::Myanmar
            | Script::Tibetan
    )
}

/// The Unicode names of the scripts that have at least a tenth of a text's letters, the most frequent first; those of
/// Japanese are one (`Japanese`). Empty for a text without letters.
#[cfg(feature = "cli")]
pub(crate) fn main_scripts(text: &str) -> Vec<&'static str> {
    /// The share of the letters: one in this many.
    const LEAST: u64 = 10;
    let table = letters_table();
    let mut counts: Vec<(Script, u64)> = Vec::new();
    let ascii = text.bytes().filter(u8::is_ascii_alphabetic).count() as u64;
    if ascii > 0 {
        counts.push((Script::Latin, ascii));
    }
    if !text.is_ascii() {
        for character in text.chars().filter(|character| !character.is_ascii()) {
            let script = lookup(table, character);
            match counts.iter_mut().find(|(known, _)| *known == script) {
                _ if script == Script::Unknown => {}
                Some((_, count)) => *count += 1,
                None => counts.push((script, 1)),
            }
        }
    }
    let total: u64 = counts.iter().map(|(_, count)| count).sum();
    let kana = counts.iter().any(|(script, _)| matches!(script, Script::Hiragana | Script::Katakana));
    counts.retain(|(_, count)| count * LEAST >= total);
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let name = |(script, _): &(Script, u64)| match script {
        Script::Han | Script::Hiragana | Script::Katakana if kana => "Japanese",
        other => other.full_name(),
    };
    let mut names: Vec<&str> = Vec::new();
    counts.iter().map(name).for_each(|name| {
        if !names.contains(&name) {
            names.push(name)
        }
    });
    names
}

/// The script of a letter; `Unknown` for a character that is not a letter or belongs to every script.
fn script_of_letter(character: char) -> Script {
    lookup(letters_table(), character)
}

fn lookup(table: &[Script], character: char) -> Script {
    table.get(character as usize).copied().unwrap_or_else(|| compute(character))
}

fn compute(character: char) -> Script {
    if !character.is_alphabetic() {
        return Script::Unknown;
    }
    match character.script() {
        Script::Common | Script::Inherited => Script::Unknown,
        script => script,
    }
}

/// One entry for each character of the basic plane, 64 KiB, built at first use: the crate's own search is ten times
/// slower.
fn letters_table() -> &'static [Script] {
    static TABLE: OnceLock<Vec<Script>> = OnceLock::new();
    TABLE.get_or_init(|| (0..0x1_0000u32).map(|code| char::from_u32(code).map_or(Script::Unknown, compute)).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Letter by letter, as the definition states it.
    fn plainly(text: &str, target: &ScriptSet) -> ScriptCount {
        let mut count = ScriptCount::default();
        let mut word: Option<bool> = None;
        for character in text.chars() {
            let script = script_of_letter(character);
            if script == Script::Unknown {
                if !matches!(character, '\'' | '\u{2019}' | '\u{300}'..='\u{36f}') {
                    finish(&mut count, &mut word);
                }
                continue;
            }
            let inside = target.has(script);
            count.letters += 1;
            count.letters_in += u64::from(inside);
            if unspaced(script) {
                finish(&mut count, &mut word);
                count.words += 1;
                count.words_in += u64::from(inside);
            } else {
                word = Some(word.unwrap_or(true) && inside);
            }
        }
        finish(&mut count, &mut word);
        count
    }

    #[cfg(feature = "cli")]
    #[test]
    fn main_scripts_have_a_tenth_of_the_letters() {
        assert_eq!(main_scripts("What is 2+2?"), ["Latin"]);
        assert_eq!(main_scripts("2+2"), [""; 0]);
        assert_eq!(main_scripts("計算しなさい abcdef"), ["Latin", "Japanese"]);
        assert_eq!(main_scripts("计算 abcdefgh"), ["Latin", "Han"]);
        assert_eq!(main_scripts("Найдите x"), ["Cyrillic", "Latin"]);
        assert_eq!(main_scripts("a long English sentence with one π"), ["Latin"]);
    }

    proptest! {
        #[test]
        fn runs_of_ascii_count_as_letter_by_letter(text in "[aB' 1éжñ’字か\u{301}—]{0,40}", name in prop::sample::select(vec!["Latin", "Cyrillic", "Han"])) {
            let target = ScriptSet::from_names(&[name]).unwrap();
            prop_assert_eq!(count_letters(&text, &target), plainly(&text, &target));
        }
    }
}
