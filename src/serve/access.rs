//! Who may send requests: everybody on this machine, or those who have the token.

use axum::http::{HeaderMap, StatusCode, header};

use super::refusal::Refusal;

/// Checks the header `Authorization: Bearer TOKEN`.
///
/// # Errors
/// There is a token, and the request does not have it.
pub(super) fn check(headers: &HeaderMap, token: Option<&str>) -> Result<(), Refusal> {
    let Some(token) = token else { return Ok(()) };
    let given = headers.get(header::AUTHORIZATION).map(axum::http::HeaderValue::as_bytes);
    let given = given.and_then(|given| given.split_first_chunk::<7>());
    let given = given.filter(|(scheme, _)| scheme.eq_ignore_ascii_case(b"bearer ")).map(|(_, given)| given.trim_ascii());
    match given {
        Some(given) if is_same(given, token.as_bytes()) => Ok(()),
        _ => {
            let message = "the request needs the header `Authorization: Bearer TOKEN` with the server's token";
            Err(Refusal::new(StatusCode::UNAUTHORIZED, "no_token", message))
        }
    }
}

/// Compares all bytes, so that the time does not say how many are right.
fn is_same(given: &[u8], token: &[u8]) -> bool {
    given.len() == token.len() && given.iter().zip(token).fold(0, |found, (a, b)| found | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_token_opens() {
        let with = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, text.parse().unwrap());
            check(&headers, Some("secret")).is_ok()
        };
        for (text, opens) in [
            ("Bearer secret", true),
            ("bearer  secret ", true),
            ("Bearer secre", false),
            ("Bearer secrets", false),
            ("Basic secret", false),
            ("secret", false),
            ("Bearer ", false),
        ] {
            assert_eq!(with(text), opens, "{text}");
        }
        assert!(check(&HeaderMap::new(), Some("secret")).is_err());
        assert!(check(&HeaderMap::new(), None).is_ok());
    }
}
