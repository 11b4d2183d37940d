// What TAB does in bash, zsh and fish, as it is seen on the screen. What is offered where is a matter of
// `CompletionTests`; here it is how each shell takes it.

import Foundation
import Testing

@Suite("completion in real shells")
struct ShellCompletionTests {
    /// What is typed before TAB, and the line after it, with the space that may follow.
    private static let rows: [(typed: String, line: String)] = [
        ("sockctl lis", "sockctl listen "),
        ("sockctl udp rec", "sockctl udp recv "),
        ("sockctl help resolve getprot", "sockctl help resolve getprotobyname "),
        ("sockctl completions fi", "sockctl completions fish "),
        ("sockctl listen --tim", "sockctl listen --timeout "),
        ("sockctl listen --echo --disc", "sockctl listen --echo --disc"),
        ("sockctl connect -- --js", "sockctl connect -- --js"),
        ("sockctl listen -kj", "sockctl listen -kj "),
        ("sockctl listen --color=alw", "sockctl listen --color=always "),
        ("sockctl listen -o tcp_cong", "sockctl listen -o TCP_CONGESTION="),
        ("sockctl listen -o keepal", "sockctl listen -o SO_KEEPALIVE="),
        ("sockctl listen -oTCP_NODEL", "sockctl listen -oTCP_NODELAY="),
        ("sockctl listen --option=tcp_nodel", "sockctl listen --option=TCP_NODELAY="),
        ("sockctl listen -o SO_KEEPALIVE=of", "sockctl listen -o SO_KEEPALIVE=off "),
        ("sockctl listen --option=TCP_CONGESTION=ren", "sockctl listen --option=TCP_CONGESTION=reno "),
        ("sockctl listen --frame line:varin", "sockctl listen --frame line:varint "),
        ("sockctl recv --frame fixe", "sockctl recv --frame fixed:"),
        ("sockctl send --http PAT", "sockctl send --http PATCH "),
        ("sockctl send --http GET https://tow", "sockctl send --http GET https://tower.test "),
        ("sockctl listen --reply @emp", "sockctl listen --reply @empty "),
        ("sockctl listen --reply @fold", "sockctl listen --reply @folder/"),
        ("sockctl send --file emp", "sockctl send --file empty "),
        ("sockctl send --file=emp", "sockctl send --file=empty "),
        ("sockctl send --file ~/emp", "sockctl send --file ~/empty "),
        ("sockctl send --file a", "sockctl send --file a\\ file "),
        ("sockctl recv 9000 > emp", "sockctl recv 9000 > empty "),
        ("sockctl listen 9 && sockctl resolve gethostn", "sockctl listen 9 && sockctl resolve gethostname "),
        ("sockctl listen 9 --exec zzz-w", "sockctl listen 9 --exec zzz-waiter "),
        ("sockctl connect tow", "sockctl connect tower.test "),
        ("sockctl connect gatew", "sockctl connect gateway.test "),
        ("sockctl connect gateway.test htt", "sockctl connect gateway.test https "),
        ("sockctl connect localhost ", "sockctl connect localhost 7007 "),
        ("sockctl connect localhost:", "sockctl connect localhost:7007 "),
        ("sockctl connect unix:@", "sockctl connect unix:@hall "),
        ("sockctl connect unix:emp", "sockctl connect unix:empty "),
        ("sockctl connect tls:gate", "sockctl connect tls:gateway.test:"),
        ("sockctl listen 127", "sockctl listen 127.0.0.1:"),
        ("sockctl connect -s 127", "sockctl connect -s 127.0.0.1 "),
        ("sockctl connect -Il", "sockctl connect -Ilo "),
        ("sockctl udp send gateway.test dom", "sockctl udp send gateway.test domain "),
        ("sockctl info --port ", "sockctl info --port 7007 "),
        ("sockctl info --port=70", "sockctl info --port=7007 "),
        ("sockctl info --state tw", "sockctl info --state tw"),
        ("sockctl info --state time", "sockctl info --state TIME_WAIT "),
        ("sockctl info --process zzz", "sockctl info --process zzz-waiter "),
        ("sockctl info --user roo", "sockctl info --user root "),
        ("sockctl info --netns bl", "sockctl info --netns blue "),
        ("sockctl resolve getaddrinfo --flags canon", "sockctl resolve getaddrinfo --flags AI_CANONNAME "),
        ("sockctl resolve getaddrinfo gatew", "sockctl resolve getaddrinfo gateway.test "),
    ]

    /// What is typed, what is to be seen then, and what is not.
    private static let lists: [(typed: String, words: [String], others: [String])] = [
        (
            "sockctl listen -o keep", ["SO_KEEPALIVE", "TCP_KEEPIDLE", "probe a connection that is idle"],
            ["SO_RCVBUF"]
        ),
        ("sockctl listen --frame line:u", ["u8", "u16be", "u64le"], ["varint"]),
        ("sockctl info --pid ", ["zzz-waiter"], ["kthreadd"]),
        ("sockctl listen ", ["every interface", "unix-seqpacket:"], ["tls:", "--echo"]),
        ("sockctl help broadcast ", ["addresses", "send"], ["listen"]),
    ]

    @Test(arguments: ShellKind.allCases)
    func shell(_ kind: ShellKind) throws {
        try scene { scene in
            let shell = try InteractiveShell(kind, scene)
            for (typed, line) in Self.rows { try shell.complete(typed, to: line) }
            for word in ["-o", "--option="] {
                let name = kind == .fish ? "so_keepalive" : "SO_KEEPALIVE"
                try shell.complete("sockctl listen \(word)keepal", to: "sockctl listen \(word)\(name)=")
            }
            for (typed, words, others) in Self.lists { try shell.list(typed, words, without: others) }
        }
    }
}
