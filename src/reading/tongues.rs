//! Words of other languages than English next to an answer: German, French, Spanish, Portuguese, Italian, Dutch, Russian,
//! Chinese and Japanese.
//!
//! They have the effect that the English words in [`prose`](super::prose), [`lead`](super::lead) and
//! [`revision`](super::revision) have: they deny the value after them (`nicht 4`), mark it as approximate (`etwa 4`),
//! bound it (`mindestens 4`), call a statement untrue, or announce an answer (`Antwort: 4`). A word that is also an
//! English one is left out.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::prose::words;
use super::unspaced::is_unspaced;

/// The effect of the words in front of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// They deny it.
    Denies,
    /// They bound it or reverse its sign.
    Changes,
    /// They mark it as approximate.
    Approximates,
    /// They offer it as an alternative to another value.
    Offers,
}

/// Words and phrases in front of a value, separated by commas.
const BEFORE: [(Effect, &str); 4] = [
    (
        Effect::Denies,
        "nicht,kein,keine,keinen,niemals,keinesfalls,keineswegs,pas,jamais,nunca,jamás,não,nem,non,niet,geen,не,ни,никогда,\
         verschieden von,différent de,différente de,distinto de,distinta de,diferente de,diverso da,diversa da,отличен от,отлично от,отличается от",
    ),
    (
        Effect::Changes,
        "mindestens,höchstens,wenigstens,mehr als,weniger als,größer als,kleiner als,negativ,au moins,au plus,plus de,moins de,plus que,\
         supérieur à,inférieur à,plus grand que,plus petit que,moins,négatif,al menos,por lo menos,como mínimo,como máximo,a lo sumo,más de,menos de,mayor que,\
         menor que,menos,pelo menos,no mínimo,no máximo,mais de,maior que,maior do que,menor do que,almeno,al massimo,più di,meno di,maggiore di,\
         minore di,meno,minstens,hoogstens,meer dan,minder dan,не менее,не более,не меньше,не больше,больше,меньше,больше чем,меньше чем,\
         как минимум,как максимум,по крайней мере,минус",
    ),
    (
        Effect::Approximates,
        "etwa,ungefähr,zirka,annähernd,näherungsweise,environ,approximativement,à peu près,aproximadamente,alrededor de,cerca de,approssimativamente,\
         ongeveer,примерно,приблизительно,приближенно,около",
    ),
    (Effect::Offers, "oder,ou,oppure,или"),
];

/// Denials, and the words of their language that may stand between them and the value: `nicht gleich 4`, `no es 4`,
/// `не равно 4`. In French and German the verb comes before the denial: in `qui ne jouent pas est 4` it is not denied.
const COPULAS: [(&str, &str); 8] = [
    ("nicht", "gleich genau"),
    ("pas", "égal égale à"),
    ("no", "es igual a"),
    ("nunca", "es igual a"),
    ("não", "é igual a"),
    ("non", "è uguale a"),
    ("niet", "gelijk aan"),
    ("не", "равен равна равно равны является есть это"),
];

/// Longest phrase of [`BEFORE`], in words.
const MAX_PHRASE: usize = 3;

/// Ends of a text in front of a value in Chinese and Japanese, which are written without blanks. A longer end comes before
/// one that is a part of it.
const UNSPACED: [(Effect, &str); 4] = [
    (Effect::Denies, "不是 不为 並非 并非 绝非 绝不是 而非 不等于 不可能是 不会是 不可能为 不能是 不"),
    (Effect::Changes, "至少 最少 最多 至多 不少于 不多于 不超过 不大于 不小于 大于 小于 多于 少于 超过 负 負"),
    (Effect::Approximates, "大约 大约是 大约为 大概 大概是 约为 约是 约等于 近似 近似为 近似于 近似等于 約"),
    (Effect::Offers, "或 或者 或是"),
];

/// Characters in front of 约 that make it a part of another word, such as 合约 (contract).
const CONTRACTS: [char; 7] = ['合', '条', '节', '制', '预', '契', '公'];

/// Words that such a word may refer to, as `answer` and `that` in English.
const STATEMENTS: &str = "antwort ergebnis lösung behauptung dass daß réponse résultat solution que respuesta resultado resposta risposta risultato che antwoord dat \
    ответ результат что";

/// Nouns for the answer.
#[cfg(feature = "math")]
const ANSWERS: &str = "antwort endantwort schlussantwort réponse respuesta resposta risposta antwoord svar odpowiedź odpověď vastaus vastus cevap yanıt răspuns válasz \
    jawaban απάντηση ответ відповідь отговор الجواب الإجابة תשובה उत्तर คำตอบ 정답 답";

/// Nouns for a result or a correction, which announce an answer only where a colon is behind them.
#[cfg(feature = "math")]
const RESULTS: &str = "ergebnis endergebnis résultat resultado risultato resultaat результат korrektur corrección correção correzione correctie исправление";

/// Labels of an answer in Chinese and Japanese, and what may be in front of them.
#[cfg(feature = "math")]
const UNSPACED_ANSWERS: [&str; 10] = ["答案", "答", "答え", "正解", "解答", "正答", "更正", "修正", "訂正", "订正"];
#[cfg(feature = "math")]
const UNSPACED_FIRST: &str =
    "所以 因此 故 综上 最终 最終 最后 最後 正确 正確 真正 我的 的 本题 此题 该题 这道题 修正后 应该 其实 实际";

/// Words that take back what was said before: `Nein, 5.`
const NO: &str = "nein non нет nee doch";

static PHRASES: LazyLock<HashMap<&'static str, Effect>> = LazyLock::new(|| {
    BEFORE.iter().flat_map(|(effect, phrases)| phrases.split(',').map(|phrase| (phrase.trim_start(), *effect))).collect()
});

fn is_in(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|known| known == word)
}

/// The effect of the words at the end of a text on the value after them.
pub(crate) fn effect(before: &str) -> Option<Effect> {
    match before.chars().next_back() {
        Some(last) if is_unspaced(last) => return unspaced_effect(before, last),
        Some(last) if last.is_alphabetic() => {}
        _ => return None,
    }
    // `No, es 4` takes back what was said before.
    let clause = before.rsplit([',', ';', ':', '.', '!', '?', '\n']).next().unwrap_or(before);
    let mut last: Vec<String> = words(clause).rev().take(MAX_PHRASE + 1).collect();
    last.reverse();
    phrase_at_end(&last)
        .or_else(|| COPULAS.iter().any(|(denial, copulas)| denies_copula(&last, denial, copulas)).then_some(Effect::Denies))
}

/// Whether words end with a denial and one or more of these verbs.
fn denies_copula(words: &[String], denial: &str, copulas: &str) -> bool {
    let verbs = words.iter().rev().take_while(|word| is_in(copulas, word)).count();
    verbs > 0 && words.len() > verbs && words[words.len() - verbs - 1] == denial
}

/// The effect of the longest phrase that these words end with.
fn phrase_at_end(words: &[String]) -> Option<Effect> {
    (1..=MAX_PHRASE.min(words.len())).rev().find_map(|length| {
        let end = &words[words.len() - length..];
        if length == 1 { PHRASES.get(end[0].as_str()) } else { PHRASES.get(end.join(" ").as_str()) }.copied()
    })
}

/// The effect of the end of a text in a script without blanks.
fn unspaced_effect(before: &str, last: char) -> Option<Effect> {
    if last == '约' {
        let contract = before[..before.len() - last.len_utf8()].ends_with(CONTRACTS);
        return (!contract).then_some(Effect::Approximates);
    }
    UNSPACED.iter().find(|(_, ends)| ends.split(' ').any(|end| before.ends_with(end))).map(|(effect, _)| *effect)
}

/// Whether a text in a script without blanks begins with words that bound, multiply or deny the value in front of it: `以上`, `万`, `不对`.
pub(crate) fn bounds_behind(behind: &str) -> bool {
    const WHOLE: [&str; 8] = ["以上", "以下", "以内", "左右", "多", "余", "未満", "以外"];
    const BEGINS: [&str; 7] = ["万", "亿", "億", "不对", "不對", "是错", "错误"];
    let ends = |rest: &str| !rest.starts_with(char::is_alphabetic);
    BEGINS.iter().any(|word| behind.starts_with(word)) || WHOLE.iter().any(|word| behind.strip_prefix(word).is_some_and(ends))
}

/// Whether a word calls a statement untrue, where `behind` is the rest of its sentence: `falsch`, `es falso que`.
/// A word that another one than `that` or a noun for the statement follows is about something else.
pub(crate) fn is_untrue(word: &str, behind: &str) -> bool {
    let untrue = matches!(
        word,
        "falsch"
            | "falsche"
            | "falscher"
            | "falsches"
            | "unwahr"
            | "faux"
            | "fausse"
            | "erroné"
            | "erronée"
            | "incorrecto"
            | "incorrecta"
            | "falso"
            | "falsa"
            | "erróneo"
            | "errónea"
            | "errado"
            | "errada"
            | "incorreto"
            | "incorreta"
            | "sbagliato"
            | "sbagliata"
            | "onjuist"
            | "неверно"
            | "неверный"
            | "неверен"
            | "неправильно"
            | "неправильный"
            | "неправилен"
            | "ошибочно"
            | "ложно"
    );
    if !untrue {
        return false;
    }
    let next = behind.trim_start_matches([' ', '*', '_', ',']);
    !next.starts_with(char::is_alphabetic) || words(next).next().is_some_and(|noun| is_in(STATEMENTS, &noun))
}

/// Whether the last clause of a text calls an answer wrong in Chinese: `错误答案：`, `以上答案不对`. `错误答案的个数` is a
/// quantity.
pub(crate) fn is_untrue_unspaced(sentence: &str) -> bool {
    const NOUNS: [&str; 2] = ["错误答案", "错误的答案"];
    if sentence.is_ascii() {
        return false;
    }
    let clause = sentence.rsplit('，').next().unwrap_or(sentence).trim_end_matches(['。', '：', ':', '！', ' ']);
    let clause = clause.strip_suffix(['是', '为']).unwrap_or(clause);
    NOUNS.iter().any(|noun| clause.ends_with(noun)) || retracts_unspaced(clause)
}

/// Whether a sentence in Chinese only says that the answer before it is wrong: `以上答案是错误的。`
pub(crate) fn retracts_unspaced(sentence: &str) -> bool {
    const SUBJECTS: [&str; 9] = ["以上", "上述", "上面的", "上面", "这个", "这", "该", "此", "我的"];
    let sentence = sentence.trim_end_matches(['。', '！', ' ']);
    if matches!(sentence, "不对" | "错了" | "答案错了" | "答案不对" | "答案有误") {
        return true;
    }
    let Some(said) = SUBJECTS.iter().find_map(|subject| sentence.strip_prefix(subject)) else { return false };
    let said = ["答案", "结果"].iter().find_map(|noun| said.strip_prefix(noun)).unwrap_or(said);
    is_verdict_unspaced(said.strip_prefix('是').unwrap_or(said))
}

/// Whether a text only says in Chinese that something is wrong.
pub(crate) fn is_verdict_unspaced(text: &str) -> bool {
    matches!(text, "错误的" | "错误" | "错的" | "错了" | "错" | "不对的" | "不对" | "不正确" | "不正确的")
}

/// Whether the words of a label name the answer: `Antwort`, `Réponse finale`, `最终答案`; or, where a colon is behind them,
/// a result or a correction.
#[cfg(feature = "math")]
pub(crate) fn announces(label: &[&str], colon: bool) -> bool {
    label.iter().any(|word| is_in(ANSWERS, word))
        || label.last().is_some_and(|word| announces_unspaced(word))
        || (colon && label.len() <= 2 && label.iter().any(|word| is_in(RESULTS, word)))
}

#[cfg(feature = "math")]
fn announces_unspaced(label: &str) -> bool {
    let mut rest = label;
    while let Some(behind) = UNSPACED_FIRST.split(' ').find_map(|first| rest.strip_prefix(first)) {
        rest = behind;
    }
    UNSPACED_ANSWERS.contains(&rest)
}

/// Where the first verb between a label and a value begins and ends: `Die Antwort ist 5`, `答案是5`.
#[cfg(feature = "math")]
pub(crate) fn copula(text: &str) -> Option<(usize, usize)> {
    let verb = |word: &str| matches!(word, "ist" | "lautet" | "est" | "es" | "é" | "è" | "равен" | "равно");
    let mut place = 0;
    for word in text.split(' ') {
        if place > 0 && verb(word) {
            return Some((place, place + word.len()));
        }
        place += word.len() + 1;
    }
    let found = |text: &str| text.find(['是', '为']).map(|place| (place, place + '是'.len_utf8()));
    if text.is_ascii() { None } else { found(text) }
}

/// Whether a word at the beginning of a sentence takes back what was said before.
pub(crate) fn is_no(word: &str) -> bool {
    is_in(NO, word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_front_of_a_value_have_an_effect() {
        for (before, expected) in [
            ("Die Antwort ist nicht", Effect::Denies),
            ("Das Ergebnis ist nicht gleich", Effect::Denies),
            ("La réponse n’est pas égale à", Effect::Denies),
            ("La respuesta no es", Effect::Denies),
            ("Ответ не", Effect::Denies),
            ("не равно", Effect::Denies),
            ("答案不是", Effect::Denies),
            ("不等于", Effect::Denies),
            ("mindestens", Effect::Changes),
            ("plus de", Effect::Changes),
            ("не менее", Effect::Changes),
            ("至少", Effect::Changes),
            ("à peu près", Effect::Approximates),
            ("大约", Effect::Approximates),
            ("约", Effect::Approximates),
            ("6 oder", Effect::Offers),
        ] {
            assert_eq!(effect(before), Some(expected), "{before}");
        }
        for before in [
            "",
            "Die Antwort ist",
            "ist gleich",
            "nicht 6, sondern",
            "не 6, а",
            "不是6，而是",
            "合约",
            "答案是",
            "5",
            "so",
            "No, es",
            "No. Es",
            "qui ne jouent pas est",
        ] {
            assert_eq!(effect(before), None, "{before}");
        }
    }

    #[test]
    #[cfg(feature = "math")]
    fn labels_name_the_answer() {
        assert!(announces(&["réponse", "finale"], false) && announces(&["所以最终答案"], false) && announces(&["ergebnis"], true));
        assert!(!announces(&["ergebnis"], false) && !announces(&["答案不"], true) && !announces(&["小明的答案"], true));
    }

    #[test]
    fn a_text_calls_its_answer_wrong() {
        for sentence in ["以上答案是错误的。", "错误答案：", "因此，这个答案不对"] {
            assert!(is_untrue_unspaced(sentence), "{sentence}");
        }
        for sentence in ["错误答案的个数是", "小明的答案是错误的", "以上是答案"] {
            assert!(!is_untrue_unspaced(sentence), "{sentence}");
        }
        assert!(is_untrue("falso", " que la respuesta sea") && is_untrue("неверно", ", что ответ") && is_untrue("falsch", "."));
        assert!(!is_untrue("falsche", " Aussagen gibt es") && !is_untrue("faux", ", donc la réponse est"));
    }
}
