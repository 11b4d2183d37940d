// The manual page sockctl-json(7): every event and object of the JSON output.

package struct JSONPage {
    static let name = "sockctl-json"
    static let reference = "\(name)(7)"

    package init() {}

    package var text: String {
        var page = Mdoc(title: Self.name, section: 7, summary: "the JSON output of sockctl")
        page.heading("DESCRIPTION")
        page.paragraph(
            """
            With `--json` the commands of `sockctl(1)` write JSON Lines to standard output: one object on one line \
            for each event, flushed at once. The objects are stable: fields may be added, and a reader should \
            ignore those that it does not know; none is renamed or given another meaning.
            """)
        page.macro("Pp")
        page.paragraph("Every event has these fields:")
        fields(&page, FieldSpec.common)
        page.heading("EVENTS")
        for event in EventSpec.all {
            page.subheading(event.name)
            page.paragraph(event.when)
            if !event.ownFields.isEmpty { fields(&page, event.ownFields) }
        }
        page.heading("RESULTS")
        page.paragraph(
            """
            A command that is asked for something writes its answers, one object for each, without `event` and \
            `time`.
            """)
        for result in ResultSpec.all {
            page.subheading(Phrase.list(result.commands.map(\.rawValue), "and"))
            page.paragraph(result.meaning)
            fields(&page, result.fields)
        }
        page.heading("OBJECTS")
        for object in ObjectSpec.all {
            page.subheading(object.name)
            page.paragraph(object.meaning)
            fields(&page, object.fields)
        }
        page.heading("FAILURES")
        page.paragraph(
            """
            If the command fails, standard error gets one object, on one line, whose only field `error` is an \
            error object. Its `status` is the exit status of the command. A command that goes on with other \
            operands writes such an object for each that failed, and the first tells the exit status.
            """)
        page.heading("EXAMPLES")
        page.paragraph("How many bytes did each peer send:")
        page.display(

            #"""
            sockctl listen -kj --discard 9000 |
                jq 'select(.event == "closed") | .received.bytes'
            """#
        )
        page.macro("Pp")
        page.paragraph("Which port was chosen:")
        page.display(
            #"""
            sockctl listen -j 0 |
                jq 'select(.event == "listening") | .address.port'
            """#
        )
        page.crossReferences(["sockctl(1)", "jq(1)", "tcp(7)"])
        return page.text
    }

    private func fields(_ page: inout Mdoc, _ fields: [FieldSpec]) {
        page.list(fields) { page, field in
            let optional = field.isOptional ? ", optional" : ""
            page.macro("It Va \(Mdoc.argument(field.name)) No (\(field.kindText)\(optional))")
            page.paragraph(field.meaning)
            if case .oneOf(let names) = field.kind {
                page.paragraph("One of " + Phrase.list(names.map { "`\($0)`" }, "and") + ".")
            }
        }
    }
}
