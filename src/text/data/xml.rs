//! XML 1.0 with namespaces: well-formed, one root element.

use xml::common::XmlVersion;
use xml::reader::{ParserConfig, XmlEvent};

use super::limits::MAX_DEPTH;

/// Checks that a text is well-formed. Declared entities are not expanded, and a document that declares any is refused.
pub(super) fn validate(text: &str) -> Result<(), String> {
    let config =
        ParserConfig::new().allow_multiple_root_elements(false).max_entity_expansion_depth(0).max_entity_expansion_length(0);
    let mut depth = 0usize;
    for event in config.create_reader(text.as_bytes()) {
        match event.map_err(|error| error.to_string())? {
            XmlEvent::StartDocument { version: XmlVersion::Version11, .. } => return Err("XML 1.1".to_owned()),
            XmlEvent::Doctype { syntax } if syntax.contains("<!ENTITY") => return Err("entities are declared".to_owned()),
            XmlEvent::StartElement { .. } => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return Err(format!("deeper than {MAX_DEPTH} levels"));
                }
            }
            XmlEvent::EndElement { .. } => depth = depth.saturating_sub(1),
            XmlEvent::EndDocument => return Ok(()),
            _ => {}
        }
    }
    Err("the document never ends".to_owned())
}

#[cfg(test)]
mod tests {
    use super::validate;

    #[test]
    fn well_formed_documents_are_valid() {
        for text in [
            "<a/>",
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a b='1'>x &amp; &#65;&#x42;<!-- - --><![CDATA[<&]]></a>\n<!-- c -->",
            "<n:a xmlns:n='u'><n:b n:c='1'/></n:a>",
            "<!DOCTYPE a>\n<a/>",
            "<!DOCTYPE a [<!ELEMENT a ANY>]><a/>",
            "<é.-1>字 > ]]</é.-1>",
            "<a><?target data?></a>",
            "<a b=\"&lt;'\" c='>'/>",
        ] {
            assert_eq!(validate(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn what_a_conforming_parser_refuses_is_not() {
        for text in [
            "<>x</>",
            "<1a/>",
            "<a/><!-- a -- b -->",
            "<!-- a --->\n<a/>",
            "<a>\u{1}</a>",
            "<a>\u{fffe}</a>",
            "<a>&#0;</a>",
            "<a>&#x1F;</a>",
            "<a>&#xD800;</a>",
            "<a>&#x110000;</a>",
            "<a>&nbsp;</a>",
            "<a>& b</a>",
            "<a>&amp</a>",
            "<a b='1' b='2'/>",
            "<a b='<'/>",
            "<a b=1/>",
            "<a b/>",
            "<a b='1'c='2'/>",
            " <?xml version='1.0'?><a/>",
            "<a/><?xml version='1.0'?>",
            "<?xml version='1.1'?><a/>",
            "<?xml encoding='UTF-8'?><a/>",
            "x<a/>",
            "<a/>x",
            "<a>]]></a>",
            "<a/><b/>",
            "<a><b></a></b>",
            "<a>",
            "<a",
            "<a/ >",
            "<n:a/>",
            "<a><![CDATA[x]]</a>",
            "<!DOCTYPE a [<!ENTITY x 'yy'>]><a>&x;</a>",
            "<!DOCTYPE a [<!ENTITY x 'yy'>]><a/>",
            "<!-- only a comment -->",
            "",
        ] {
            assert!(validate(text).is_err(), "{text}");
        }
        assert!(validate(&("<a>".repeat(200) + &"</a>".repeat(200))).is_err());
    }
}
