// The manual page sockctl-json(7): every event and object of the JSON output.

import CommandSpec

package enum JSONPage {
    package static var text: String {
        var page = Mdoc(title: Manual.jsonPage.name, section: 7, summary: "the JSON output of sockctl")
        page.heading("DESCRIPTION")
        page.paragraph(
            """
            With `--json` the commands of `sockctl(1)` write JSON Lines to standard output: one object on one line \
            for each event and each answer, written before the program waits again. The objects are stable: fields \
            may be added, and a reader should ignore those that it does not know; none is renamed or given another \
            meaning. `sockctl schema` prints a JSON Schema (2020-12) of all of them.
            """)
        page.macro("Pp")
        page.paragraph("Every line begins with these fields:")
        fields(&page, FieldSpec.common)
        page.macro("Pp")
        page.paragraph(
            """
            Times have their unit in the name, `_us` for microseconds; sizes are bytes, rates bytes a second. Inodes \
            and cookies are strings, because not every reader keeps all 64 bits of a number. A field that does not \
            apply is absent. Payload and names chosen by others are text where they are valid UTF-8 and base64, \
            under another name, where not.
            """)
        page.heading("EVENTS")
        for event in ShapeCatalog.events {
            page.subheading(event.name)
            page.paragraph(event.meaning)
            if !event.fields.isEmpty { fields(&page, event.fields) }
        }
        page.heading("ANSWERS")
        page.paragraph("A command that is asked for something writes a line for each answer.")
        for answer in ShapeCatalog.answers {
            page.subheading("\(answer.name): \(answer.commands)")
            page.paragraph(answer.meaning)
            fields(&page, answer.fields)
        }
        page.heading("OBJECTS")
        page.paragraph("These are parts of the lines.")
        for object in ShapeCatalog.parts {
            page.subheading(object.name)
            page.paragraph(object.meaning)
            fields(&page, object.fields)
        }
        page.heading("EXAMPLES")
        for (index, example) in JSONExample.all.enumerated() {
            if index > 0 { page.macro("Pp") }
            page.paragraph(example.meaning + ":")
            page.display(example.code)
        }
        page.crossReferences(["sockctl(1)", "jq(1)", "tcp(7)"])
        return page.text
    }

    private static func fields(_ page: inout Mdoc, _ fields: [FieldSpec]) {
        page.list(fields) { page, field in
            let optional = field.isOptional ? ", optional" : ""
            page.macro("It Va \(Mdoc.argument(field.name)) No (\(field.kind.text)\(optional))")
            page.paragraph(field.meaning)
            if case .oneOf(let names) = field.kind {
                page.paragraph("One of " + Phrase.list(names.map { "`\($0)`" }, "and") + ".")
            }
        }
    }
}

extension ObjectSpec {
    /// The commands that answer so.
    fileprivate var commands: String {
        guard case .answer(let commands) = role else { return "" }
        return commands.map(\.rawValue).joined(separator: ", ")
    }
}

/// A recipe that reads the output with jq(1).
package struct JSONExample: Sendable {
    package let meaning: String
    package let code: String

    package static let all = [
        JSONExample(
            meaning: "How many bytes did each peer send",
            code: #"""
                sockctl listen -kj --discard 9000 |
                    jq 'select(.event == "closed") | .received.bytes'
                """#),
        JSONExample(
            meaning: "Which port was chosen",
            code: #"""
                sockctl listen -j 0 |
                    jq 'select(.event == "listening") | .address.port'
                """#),
        JSONExample(
            meaning: "Which of these ports are open",
            code: #"""
                sockctl connect --check -j localhost 22,80,8000-8100 |
                    jq -r 'select(.state == "open") | "\(.port) \(.service // "")"'
                """#),
        JSONExample(
            meaning: "Who listens, and where",
            code: #"""
                sockctl info --listening --tcp -j |
                    jq -r '"\(.local.host):\(.local.port) \(.owners[0].name // "?")"'
                """#),
        JSONExample(
            meaning: "The payload of a connection, as it was",
            code: #"""
                sockctl recv -j 9000 |
                    jq -j 'select(.event == "data") | .text // (.base64 | @base64d)'
                """#),
    ]
}
