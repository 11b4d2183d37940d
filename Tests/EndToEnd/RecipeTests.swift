// The recipes with jq in sockctl-json(7) do what they say, as they stand there.

import Foundation
import Testing

@Suite("The recipes of sockctl-json(7)")
struct RecipeTests {
    /// The displays of the page, as a reader sees them.
    private static let recipes = Result {
        let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "man/sockctl-json.7")
        let text = try String(contentsOf: page, encoding: .utf8)
        return text.matches(of: /(?s)\.Bd -literal[^\n]*\n(.*?)\.Ed/).map { match in
            [#"\-"#: "-", #"\(aq"#: "'", #"\(ha"#: "^", #"\(ti"#: "~", #"\(ga"#: "`", #"\&"#: ""]
                .reduce(String(match.output.1)) { $0.replacing($1.key, with: $1.value) }
                .replacing(#"\e"#, with: "\\")
        }
    }

    /// What is done beside the recipe, and what it prints.
    private static let surroundings: [(recipe: String, beside: String, output: String)] = [
        (
            "--discard 9000",
            "send hello; send hi; stop",
            "5\n2\n"
        ),
        ("listen -j 0", "stop", "PORT\n"),
        (
            "connect --check", "", "8001 vcom-tunnel\n"
        ),
        ("info --listening", "", "127.0.0.1:8001 sockctl\n"),
        (
            "recv -j 9000",
            #"send 'caf\303\251 \377\000\n'"#,
            "caf\u{e9} \u{fffd}\0\n"
        ),
    ]

    @Test("each has its test")
    func all() throws {
        let recipes = try Self.recipes.get()
        #expect(recipes.count == Self.surroundings.count)
        for (recipe, known) in zip(recipes, Self.surroundings) { #expect(recipe.contains(known.recipe)) }
    }

    @Test("prints what it says", arguments: surroundings.indices)
    func recipe(_ index: Int) throws {
        try Need.program("jq").require()
        try scene { scene in
            let (_, beside, expected) = Self.surroundings[index]
            let recipe = try Self.recipes.get()[index]
            let program = try Network.run(
                scene,
                """
                mount -t proc proc /proc
                mkdir bin && ln -s $SOCKCTL bin/sockctl && PATH=$PWD/bin:$PATH
                printf '127.0.0.1 localhost\\n' > hosts && mount --bind hosts /etc/hosts
                printf 'vcom-tunnel 8001/tcp\\n' > services && mount --bind services /etc/services
                send() { printf "$1" | sockctl send --wait 10s 127.0.0.1:9000; }
                # Ends the other server. A shell lets its jobs ignore SIGINT.
                other() {
                    sockctl info --listening --tcp -j |
                        jq 'select(.local.port != 8001) | .owners[0].pid' | sort -u
                }
                stop() { until test -n "$(other)"; do sleep 0.02; done; kill $(other); }
                cat > recipe <<'END'
                \(recipe)
                END
                sockctl listen -k --discard 127.0.0.1:8001 2> listening &
                ready listening
                sh recipe > output 2> errors &
                job=$!
                \(beside)
                wait $job
                cat output
                """)
            #expect(try program.exit() == .status(0), "\(scene)")
            let output = program.output.text
            if expected == "PORT\n" {
                #expect((UInt16(output.prefix { $0 != "\n" }) ?? 0) > 0, "\(scene)")
            } else {
                #expect(output == expected, "\(scene)")
            }
        }
    }
}
