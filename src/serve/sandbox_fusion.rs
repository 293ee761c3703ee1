//! SandboxFusion's `/run_code` and `/submit`, as verl's `sandbox_fusion.url` and other clients send them.
//!
//! Accepts: Python programs with standard input. A second of `run_timeout` is 10^10 units of fuel, so that the result does not depend
//! on what else the machine does. Refuses, as `SandboxError` with a message: other languages, and files.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode};
use serde_json::{Map, Value, json};

use super::app::App;
use super::form::{self, Form};
use super::refusal::Refusal;
use super::request;
use crate::code::{Code, CodeOptions, Execution, FUEL_PER_SECOND, Limits};
use crate::{Outcome, Reason, Reward, Sample};

/// The seconds of a program whose request does not say it.
const SECONDS: f64 = 10.0;
const MIB: u64 = 1 << 20;
/// The memory that a request may ask for, in MiB; the interpreter needs the least.
const MEMORY: std::ops::RangeInclusive<u64> = 64..=1024;

struct RunCode {
    code: String,
    language: String,
    stdin: Option<String>,
    run_timeout: f64,
    /// In MiB; a negative number is no limit of the request.
    memory: f64,
    files: Map<String, Value>,
    fetch_files: Vec<String>,
}

impl RunCode {
    fn read(body: &[u8]) -> Result<Self, Refusal> {
        let mut body = Form::read(body)?;
        let fetched = body.list("fetch_files")?.unwrap_or_default().into_iter();
        Ok(Self {
            code: body.text("code")?,
            language: body.text("language")?,
            stdin: body.text_or_none("stdin")?,
            run_timeout: body.number("run_timeout")?.unwrap_or(SECONDS),
            memory: body.number("memory_limit_MB")?.unwrap_or(-1.0),
            files: body.object("files")?.into_members(),
            fetch_files: fetched
                .enumerate()
                .map(|(index, name)| form::text(&format!("`fetch_files`: item {index}"), name))
                .collect::<Result<_, _>>()?,
        })
    }
}

/// Answers `POST /run_code`.
pub(super) async fn run_code(State(app): State<Arc<App>>, request: Request) -> Response<Body> {
    request::answer(ran(app, request).await.map_err(as_timeout))
}

/// A refusal after which the request is to be sent again has the status 504: verl's client sends it again only then, and takes every
/// other status for a program that failed.
fn as_timeout(refusal: Refusal) -> Refusal {
    let again = refusal.after.is_some();
    Refusal { status: if again { StatusCode::GATEWAY_TIMEOUT } else { refusal.status }, ..refusal }
}

async fn ran(app: Arc<App>, request: Request) -> Result<Response<Body>, Refusal> {
    let body = request::body(&app, request).await?;
    let judging = Arc::clone(&app);
    app.queue.first(move || run(&judging, &RunCode::read(&body.bytes)?)).await?.map(|value| request::json(&value))
}

fn run(app: &App, request: &RunCode) -> Result<Value, Refusal> {
    if let Some(problem) = unsupported(request) {
        return Ok(response("SandboxError", &problem, &Value::Null));
    }
    let limits = limits(app, request)?;
    let code = Code::new(CodeOptions { limits, ..CodeOptions::default() });
    app.metrics.ran();
    let ran = code.execute(&request.code, request.stdin.as_deref().unwrap_or_default(), None);
    let ran = ran.map_err(|error| Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", error.to_string()))?;
    Ok(executed(&ran))
}

fn unsupported(request: &RunCode) -> Option<String> {
    if request.language != "python" {
        return Some(format!("the language `{}` is not supported: only `python` is", request.language));
    }
    let files = request.files.iter().filter(|(_, content)| !content.is_null()).map(|(name, _)| name);
    let first = files.chain(&request.fetch_files).next()?;
    Some(format!("the sandbox has no files, and the request has `{first}`: put the text into `code`, or use `stdin`"))
}

fn limits(app: &App, request: &RunCode) -> Result<Limits, Refusal> {
    let most = app.limits.request_seconds as f64;
    if !(request.run_timeout > 0.0 && request.run_timeout.is_finite()) {
        return Err(Refusal::bad_request(format!(
            "`run_timeout` must be a positive number of seconds, got {}",
            request.run_timeout
        )));
    }
    let default = Limits::default();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "it is positive and small"
    )]
    let fuel = (request.run_timeout.min(most) * FUEL_PER_SECOND as f64) as u64;
    let memory = if request.memory >= 0.0 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a larger number is clamped, too")]
        let mib = request.memory as u64;
        mib.clamp(*MEMORY.start(), *MEMORY.end()) * MIB
    } else {
        default.memory as u64
    };
    Ok(Limits { fuel, memory: usize::try_from(memory).unwrap_or(default.memory), ..default })
}

/// What ran, as SandboxFusion says it.
fn executed(ran: &Execution) -> Value {
    let mut stderr = ran.stderr.clone();
    let failed = ran.failed.as_ref().map(|(reason, detail)| (*reason, detail));
    let (status, code) = match (failed, ran.exit_code) {
        (Some((Reason::Internal, detail)), _) => return response("SandboxError", detail, &Value::Null),
        (Some((Reason::OutOfFuel, _)), _) => ("TimeLimitExceeded", Value::Null),
        (_, Some(code)) => ("Finished", code.into()),
        // As a process that the system ended: the reason is on standard error.
        (Some((reason, detail)), None) => {
            stderr.push_str(&format!("{}: {detail}\n", reason.code()));
            ("Finished", (-9).into())
        }
        (None, None) => ("Finished", 0.into()),
    };
    #[expect(clippy::cast_precision_loss, reason = "a time that is shown")]
    let seconds = ran.fuel as f64 / FUEL_PER_SECOND as f64;
    let result = json!({"status": status, "execution_time": seconds, "return_code": code, "stdout": ran.stdout, "stderr": stderr});
    response(if code == 0 { "Success" } else { "Failed" }, "", &result)
}

fn response(status: &str, message: &str, result: &Value) -> Value {
    json!({"status": status, "message": message, "compile_result": null, "run_result": result, "executor_pod_name": null, "files": {}})
}

/// Answers `POST /submit`: the completion against the tests in the row of `config.provided_data`.
pub(super) async fn submit(State(app): State<Arc<App>>, request: Request) -> Response<Body> {
    request::answer(submitted(app, request).await.map_err(as_timeout))
}

async fn submitted(app: Arc<App>, request: Request) -> Result<Response<Body>, Refusal> {
    let body = request::body(&app, request).await?;
    let judging = Arc::clone(&app);
    app.queue.first(move || evaluate(&judging, Form::read(&body.bytes)?)).await?.map(|value| request::json(&value))
}

fn evaluate(app: &App, mut body: Form) -> Result<Value, Refusal> {
    let (id, completion, mut config) = (body.take("id"), body.text("completion")?, body.object("config")?);
    if let Some(language) = config.text_or_none("language")?.filter(|language| language != "python") {
        return Err(unusable(format!("the language `{language}` is not supported: only `python` is")));
    }
    let Value::Object(data) = config.take("provided_data") else {
        return Err(unusable("`config.provided_data` must be the row with its tests: data sets are not kept on the server"));
    };
    let sample = sample(app, data, completion)?;
    let code = Code::new(CodeOptions { each_test: true, ..CodeOptions::default() });
    let outcome = code.score(&sample);
    app.metrics.one(&outcome);
    if outcome.value.is_none() {
        let detail = outcome.detail.as_deref().unwrap_or_else(|| outcome.reason.describe());
        return Err(unusable(format!("{}: {detail}", outcome.reason.code())));
    }
    let tests: Vec<Value> = outcome.components.iter().map(|(name, test)| evaluated(name, test)).collect();
    Ok(
        json!({"id": id, "accepted": outcome.is_correct(), "extracted_code": outcome.extracted, "full_code": null, "test_code": null,
        "tests": tests, "extracted_type": null, "extra": {"reason": outcome.reason.code(), "detail": outcome.detail}}),
    )
}

/// The sample of a row that has `tests`, or is itself in a known form of tests (`code::forms`).
fn sample(app: &App, mut data: Map<String, Value>, completion: String) -> Result<Sample, Refusal> {
    if !data.contains_key("tests") {
        data = [("tests".to_owned(), Value::Object(data))].into_iter().collect();
    }
    data.insert("completion".to_owned(), completion.into());
    let samples = app.judging.fields.samples(&Value::Object(data), 1).map_err(|error| unusable(error.to_string()))?;
    samples.into_iter().next().ok_or_else(|| unusable("the row has no completion"))
}

fn evaluated(name: &str, test: &Outcome) -> Value {
    #[expect(clippy::cast_precision_loss, reason = "a time that is shown")]
    let seconds = test.cost.work as f64 / FUEL_PER_SECOND as f64;
    let ended = json!({"status": if test.reason == Reason::OutOfFuel { "TimeLimitExceeded" } else { "Finished" },
        "execution_time": seconds, "return_code": i32::from(!test.is_correct()), "stdout": test.extracted, "stderr": test.detail});
    let status = if test.is_correct() { "Success" } else { "Failed" };
    json!({"passed": test.is_correct(), "exec_info": response(status, "", &ended), "test_info": {"name": name, "reason": test.reason.code()}})
}

/// The row cannot be judged: no verdict is better than a wrong one.
fn unusable(message: impl Into<String>) -> Refusal {
    Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "unusable_row", message)
}
