//! Throughput of every reward, in bytes of completion per second on one core, and the time of a vote.
//!
//! `cargo bench --bench rewards`; one kind with `cargo bench --bench rewards -- kind/format`. Every kind of the
//! registry is measured here except `math` and `auto`, which `benches/math.rs` measures. The text is long reasoning as
//! models write it: English prose with LaTeX, lists, code and a few characters beyond ASCII. The Chinese text has no
//! spaces. The data formats read whole documents. Times are CPU times of the thread, so that other programs on the
//! machine have little effect.

use std::hint::black_box;
use std::time::Duration;

use cpu_time::cpu_time;
use criterion::measurement::{Measurement, ValueFormatter, WallTime};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use r1rewards::Sample;
use r1rewards::metrics::consensus;
use r1rewards::spec::{ComponentSpec, kinds};
use serde_json::{Map, Value, json};

#[path = "../examples/support/cpu_time.rs"]
mod cpu_time;

/// The CPU time of the thread, without the time it waited.
struct CpuTime;

impl Measurement for CpuTime {
    type Intermediate = Duration;
    type Value = Duration;

    fn start(&self) -> Duration {
        cpu_time()
    }

    fn end(&self, start: Duration) -> Duration {
        cpu_time() - start
    }

    fn add(&self, one: &Duration, other: &Duration) -> Duration {
        *one + *other
    }

    fn zero(&self) -> Duration {
        Duration::ZERO
    }

    fn to_f64(&self, value: &Duration) -> f64 {
        WallTime.to_f64(value)
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        WallTime.formatter()
    }
}

/// The length of one completion in bytes: a long chain of thought.
const COMPLETION: usize = 32 * 1024;
/// Completions of one prompt.
const GROUP: usize = 8;

/// Sentences that are joined in turn; `#` becomes a number that differs from sentence to sentence.
const SENTENCES: [&str; 10] = [
    "Let us write the total as a sum of # terms and look at the parity of each of them. ",
    "First, we note that $x^2 + #x + 1 = 0$ has two real roots, since its discriminant is positive.\n",
    "Wait, I should check whether the case # was counted twice — it was not. ",
    "The area of the triangle is \\(\\frac{1}{2} \\cdot # \\cdot h\\), so h must be even.\n\n",
    "- Step #: factor the left side and compare the coefficients on both sides.\n",
    "If we had chosen the other branch, the naïve estimate would have been off by # percent. ",
    "So the value of `f(#)` follows from the recurrence, and we can move on to the next value. ",
    "However, the problem asks for the number of ways and not for the probability of # heads. ",
    "By the pigeonhole principle, at least two of the # people in the room share a birthday. ",
    "Therefore, the answer does not depend on the order in which the # cards were drawn.\n\n",
];

/// A language with a list of function words, like English.
const PORTUGUESE: [&str; 2] = [
    "Primeiro escrevemos o total como uma soma de # parcelas e olhamos para a paridade de cada uma delas. ",
    "Assim, a resposta não depende da ordem em que as # cartas foram tiradas do baralho.\n\n",
];

/// A language without such a list: the trigram detector reads every window of the text.
const CATALAN: [&str; 2] = [
    "Primer escrivim el total com a suma de # termes i mirem la paritat de cadascun d'ells. ",
    "Per tant, la resposta no depèn de l'ordre en què s'han tret les # cartes de la baralla.\n\n",
];

const CHINESE: [&str; 3] = [
    "我们先把第#项写成两个部分，然后比较两边的系数。",
    "注意到判别式大于零，所以方程有#个实数根。",
    "因此答案与取出#张牌的顺序无关，接下来我们验证一下。\n\n",
];

/// The constraint types of `IFEval`, with arguments for which they read the whole text.
const CONSTRAINTS: [(&str, &str); 25] = [
    ("keywords:existence", r#"{"keywords": ["pigeonhole", "parity", "nowhere"]}"#),
    ("keywords:frequency", r#"{"keyword": "case", "frequency": 2, "relation": "at least"}"#),
    ("keywords:forbidden_words", r#"{"forbidden_words": ["zebra", "quartz"]}"#),
    ("keywords:letter_frequency", r#"{"letter": "q", "let_frequency": 2, "let_relation": "at least"}"#),
    ("language:response_language", r#"{"language": "en"}"#),
    ("length_constraints:number_sentences", r#"{"num_sentences": 2, "relation": "at least"}"#),
    ("length_constraints:number_paragraphs", r#"{"num_paragraphs": 2}"#),
    ("length_constraints:number_words", r#"{"num_words": 2, "relation": "at least"}"#),
    ("length_constraints:nth_paragraph_first_word", r#"{"num_paragraphs": 2, "nth_paragraph": 1, "first_word": "let"}"#),
    ("detectable_content:number_placeholders", r#"{"num_placeholders": 2}"#),
    ("detectable_content:postscript", r#"{"postscript_marker": "P.P.S"}"#),
    ("detectable_format:number_bullet_lists", r#"{"num_bullets": 2}"#),
    ("detectable_format:constrained_response", "{}"),
    ("detectable_format:number_highlighted_sections", r#"{"num_highlights": 2}"#),
    ("detectable_format:multiple_sections", r#"{"section_spliter": "Section", "num_sections": 2}"#),
    ("detectable_format:json_format", "{}"),
    ("detectable_format:title", "{}"),
    ("combination:two_responses", "{}"),
    ("combination:repeat_prompt", r#"{"prompt_to_repeat": "Write an essay."}"#),
    ("startend:end_checker", r#"{"end_phrase": "The end."}"#),
    ("change_case:capital_word_frequency", r#"{"capital_frequency": 2, "capital_relation": "at least"}"#),
    ("change_case:english_capital", "{}"),
    ("change_case:english_lowercase", "{}"),
    ("punctuation:no_comma", "{}"),
    ("startend:quotation", "{}"),
];

fn prose(sentences: &[&str], seed: usize) -> String {
    let mut text = String::with_capacity(COMPLETION + 256);
    for number in 0.. {
        if text.len() >= COMPLETION {
            break;
        }
        let sentence = sentences[(number * 7 + seed * 3 + number / 10) % sentences.len()];
        text += &sentence.replace('#', &(number * 31 + seed).to_string());
    }
    text
}

/// A document of about the length of one completion, made of numbered parts.
fn document(head: &str, part: &str, tail: &str) -> String {
    let mut text = head.to_owned();
    for number in 0.. {
        if text.len() >= COMPLETION {
            break;
        }
        text += &part.replace('#', &number.to_string());
    }
    text + tail
}

fn samples(texts: impl Iterator<Item = String>) -> Vec<Sample> {
    let sample = |text: String| {
        let mut sample = Sample::new(text).with_answer("B").with_prompt("?");
        sample.fields.insert("task".to_owned(), "a".into());
        sample.fields.insert("attempts".to_owned(), json!([sample.completion, sample.completion]));
        sample.fields.insert("completion_tokens".to_owned(), json!(9000));
        sample.fields.insert("completion_ids".to_owned(), (0..9000).map(|id| Value::from(id * 7919 % 32_000)).collect());
        sample
    };
    texts.map(sample).collect()
}

fn english() -> Vec<Sample> {
    let text = |seed| format!("<think>\n{}</think>\n<answer>\nThe answer is B.\n</answer>", prose(&SENTENCES, seed));
    samples((0..GROUP).map(text))
}

/// The part after the thinking, for the rewards that read only that part.
fn answers() -> Vec<Sample> {
    samples((0..GROUP).map(|seed| format!("{}\nThe answer is B.", prose(&SENTENCES, seed))))
}

fn documents(text: &str) -> Vec<Sample> {
    samples((0..GROUP).map(|_| text.to_owned()))
}

/// The name, spec and samples of each measurement.
fn measurements() -> Vec<(String, Value, Vec<Sample>)> {
    let text = json!({ "kind": "text" });
    let mut list: Vec<(&str, Value, Vec<Sample>)> = vec![
        ("format/think", json!({ "kind": "format", "template": "think" }), english()),
        ("format/boxed", json!({ "kind": "format", "template": "boxed" }), english()),
        ("format/coat", json!({ "kind": "format", "template": "coat" }), english()),
        ("format/soft", json!({ "kind": "format", "soft": "sections" }), answers()),
        ("format/open_r1", json!({ "kind": "format", "template": "open_r1" }), english()),
        ("format/trl", json!({ "kind": "format", "template": "trl" }), english()),
        ("tag_count/open_r1", json!({ "kind": "tag_count", "profile": "open_r1" }), english()),
        ("code_format/open_r1", json!({ "kind": "code_format", "profile": "open_r1" }), english()),
        ("length/words", json!({ "kind": "length", "unit": "words", "max": 1 }), english()),
        ("length/distinct", json!({ "kind": "length", "min_distinct_ratio": 0.0 }), english()),
        ("repetition/20", json!({ "kind": "repetition", "ngram_size": 20 }), english()),
        ("repetition/tokens", json!({ "kind": "repetition", "unit": "tokens" }), english()),
        (
            "text/ignore",
            json!({ "kind": "text", "ignore_case": true, "ignore_punctuation": true, "ignore_articles": true }),
            answers(),
        ),
        ("text/f1", json!({ "kind": "text", "match": "f1" }), answers()),
        ("text/pattern", json!({ "kind": "text", "match": "pattern", "pattern": "B\\.", "whole": false }), answers()),
        ("language/en", json!({ "kind": "language", "language": "en" }), english()),
        ("language/zh", json!({ "kind": "language", "language": "zh" }), samples((0..GROUP).map(|seed| prose(&CHINESE, seed)))),
        ("language/pt", json!({ "kind": "language", "language": "pt" }), samples((0..GROUP).map(|seed| prose(&PORTUGUESE, seed)))),
        ("language/ca", json!({ "kind": "language", "language": "ca" }), samples((0..GROUP).map(|seed| prose(&CATALAN, seed)))),
        ("language/Han", json!({ "kind": "language", "script": "Han" }), samples((0..GROUP).map(|seed| prose(&CHINESE, seed)))),
        ("data/toml", json!({ "kind": "data", "format": "toml" }), documents(&document("", "key_# = [1, 2, \"three\"]\n", ""))),
        (
            "data/yaml",
            json!({ "kind": "data", "format": "yaml" }),
            documents(&document("", "- name: the item number #\n  value: #\n", "")),
        ),
        (
            "data/xml",
            json!({ "kind": "data", "format": "xml" }),
            documents(&document("<list>", "<item id=\"#\">the text of the item</item>\n", "</list>")),
        ),
        ("data/csv", json!({ "kind": "data", "format": "csv" }), documents(&document("a,b,c\n", "#,the text,\"and, more\"\n", ""))),
    ];
    let json_document = document("{\"items\": [0", ",\n  {\"id\": #, \"text\": \"the text of the item\", \"on\": true}", "]}");
    for (id, arguments) in CONSTRAINTS {
        let mut constraint: Value = serde_json::from_str(arguments).expect("arguments");
        constraint["id"] = id.into();
        let name: &'static str = format!("ifeval/{id}").leak();
        list.push((name, json!({ "kind": "ifeval", "constraints": [constraint] }), answers()));
    }
    for kind in kinds() {
        let (spec, samples) = match kind.name {
            "math" | "auto" => continue,
            "length" => (json!({ "kind": "length", "min": 1 }), english()),
            "language" => (json!({ "kind": "language", "script": "Latin" }), english()),
            "data" => (json!({ "kind": "data", "format": "json" }), documents(&json_document)),
            "schema" => {
                let schema = json!({ "type": "object", "required": ["items"], "properties": { "items": { "type": "array" } } });
                (json!({ "kind": "schema", "schema": schema }), documents(&json_document))
            }
            "soft_overlong" => (json!({ "kind": "soft_overlong" }), english()),
            "cosine_length" | "kimi_length" | "clip" | "map" | "satori" | "self_correction" => {
                (json!({ "kind": kind.name, "reward": text }), english())
            }
            "gate" => (json!({ "kind": "gate", "condition": { "kind": "format" }, "reward": text }), english()),
            "sum" | "all" | "any" | "min" | "product" => {
                (json!({ "kind": kind.name, "rewards": [text, { "kind": "format" }] }), english())
            }
            "route" => (json!({ "kind": "route", "field": "task", "cases": { "a": text } }), english()),
            "ifeval" => (
                json!({ "kind": "ifeval", "constraints": [
                    { "id": "keywords:existence", "keywords": ["pigeonhole", "parity"] },
                    { "id": "length_constraints:number_words", "num_words": 100, "relation": "at least" },
                    { "id": "punctuation:no_comma" },
                ] }),
                answers(),
            ),
            "text" | "choice" => (json!({ "kind": kind.name }), answers()),
            name => (json!({ "kind": name }), english()),
        };
        list.push((kind.name, spec, samples));
    }
    list.into_iter().map(|(name, spec, samples)| (format!("kind/{name}"), spec, samples)).collect()
}

fn rewards(criterion: &mut Criterion<CpuTime>) {
    for (name, spec, samples) in measurements() {
        let reward = ComponentSpec::from_value(&spec).and_then(|spec| spec.build()).expect("a sound spec");
        let group: Vec<&Sample> = samples.iter().collect();
        // The reward reads two attempts of the completion's length, so its throughput counts both.
        let texts = if name == "kind/self_correction" { 2 } else { 1 };
        let bytes: usize = samples.iter().map(|sample| sample.completion.len() * texts).sum();
        let mut measurement = criterion.benchmark_group(name);
        measurement.throughput(Throughput::Bytes(bytes as u64));
        measurement.bench_function("group", |bencher| bencher.iter(|| reward.score_group(black_box(&group))));
        measurement.finish();
    }
}

/// cons@64: a group that consists of three spellings of one value (`place² mod 8` is 0, 1 or 4), and two groups in
/// which no two answers agree.
fn votes(criterion: &mut Criterion<CpuTime>) {
    let usual = ["1/2", "0.5", "\\frac{1}{2}", "3", "\\frac12", "7", "-1", "x+1"];
    let usual: Vec<&str> = (0..64).map(|place| usual[place * place % 8]).collect();
    let integers: Vec<String> = (0..64).map(|place| (place * 37).to_string()).collect();
    let surds: Vec<String> = (0..64).map(|place| format!("{place}\\sqrt{{2}}")).collect();
    let groups = [
        ("usual", usual),
        ("integers", integers.iter().map(String::as_str).collect()),
        ("surds", surds.iter().map(String::as_str).collect()),
    ];
    for (name, group) in groups {
        let same = ComponentSpec { options: Map::from_iter([("extract".to_owned(), "none".into())]), ..ComponentSpec::new("math") };
        let majority = ComponentSpec::new("majority").with_option("same", same.to_value()).build().expect("a sound spec");
        let samples: Vec<Sample> = group.iter().map(|answer| Sample::new(*answer)).collect();
        let samples: Vec<&Sample> = samples.iter().collect();
        criterion
            .bench_function(&format!("cons@64/{name}/math"), |bencher| bencher.iter(|| majority.score_group(black_box(&samples))));
        let answers: Vec<Option<&str>> = group.iter().copied().map(Some).collect();
        criterion.bench_function(&format!("cons@64/{name}/text"), |bencher| {
            bencher.iter(|| consensus(black_box(&answers), |left, right| left == right))
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().with_measurement(CpuTime).sample_size(20).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_millis(900));
    targets = rewards, votes
}
criterion_main!(benches);
