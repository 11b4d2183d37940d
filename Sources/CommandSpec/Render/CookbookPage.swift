// The manual page sockctl-cookbook(7): tasks with the lines that do them, and what others type for the same.

package enum CookbookPage {
    package static var text: String {
        var page = Mdoc(
            title: Manual.cookbookPage.name, section: 7,
            summary: "tasks, and the sockctl command lines that do them")
        page.heading("DESCRIPTION")
        page.prose(introduction)
        for chapter in Cookbook.chapters {
            page.heading(chapter.title.uppercased())
            for recipe in chapter.recipes { self.recipe(&page, recipe) }
        }
        page.heading("FROM NC, NCAT, SOCAT AND SS")
        page.prose(comparison)
        for table in Equivalent.tables {
            page.subheading("From \(table.origin)")
            page.list(table.rows) { page, row in
                page.macro("It " + Mdoc.words(row.task))
                page.display(row.theirs + "\n" + row.ours, offset: nil)
            }
        }
        page.crossReferences(
            Program.sockctl.commands.filter(\.hasPage).map { "\($0.pageName)(1)" }
                + ["sockctl(1)", Manual.jsonPage.reference, "jq(1)"] + Manual.seeAlso)
        return page.text
    }

    private static func recipe(_ page: inout Mdoc, _ recipe: Recipe) {
        page.subheading(recipe.caption)
        page.display(recipe.commands.joined(separator: "\n"), offset: "2n")
        if !recipe.note.isEmpty { page.paragraph(recipe.note) }
    }

    private static let introduction: [Prose] = [
        .text(
            """
            This page is ordered by task. Each line can be pasted into `bash(1)` once you have put in your own hosts and \
            files. Where a recipe has a server and a client, each line goes into a shell of its own.
            """),
        .text(
            """
            A bare port, such as 9000, is loopback: no other machine can connect. `'*:9000'` is every interface. \
            `Ctrl-C` ends a server that was started with `-k`.
            """),
    ]

    private static let comparison: [Prose] = [
        .text(
            """
            The first line of each pair is for another program, in Debian's version; the second does the same with sockctl. \
            Some differences do not show in the lines:
            """),
        .list([
            Prose.Item(
                "The end of the input",
                """
                half-closes the connection, as `nc -N` does, and what the peer still sends is printed. \
                `--no-half-close` leaves it open.
                """),
            Prose.Item(
                "An endpoint",
                "is `HOST PORT` or `HOST:PORT`; an address of IPv6 is written `::1 9000` or `[::1]:9000`."),
            Prose.Item(
                "TLS verifies",
                "the chain and the name of the server, unless `--insecure` is given."),
            Prose.Item(
                "The exit status",
                "tells refused, timed out, unreachable and lost connections apart: see `sockctl(1)`."),
        ]),
    ]
}
