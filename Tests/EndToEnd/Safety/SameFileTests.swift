// What is read is never what is written: that would destroy the file, or make it grow for ever. It is refused before
// anything is done, whatever names the file has.

import Foundation
import Glibc
import Testing

@Suite("One file as input and output")
struct SameFileTests {
    @Test(
        "2, and the file is as it was",
        arguments: [
            "send PLACE -f x -O x", "send PLACE -f x -O ./x", "send PLACE -f x -O hard",
            "send PLACE -f soft -O x",
            "send PLACE -f x --record x", "send PLACE --replay x -O x", "send PLACE --replay x --record x",
            "send PLACE -f x --repeat 2 -O x", "send PLACE -O x < x", "send PLACE --record x < x",
            "send PLACE < x >> x",
            "send PLACE < x 1<> x", "send PLACE -f - -O x < x", "send PLACE -f x -O /dev/stdout >> x",
            "send http://PLACE/ --http POST --data @x -O x", "send http://PLACE/ --http POST --data @x >> x",
            "send http://PLACE/ --http POST --data @- -O x < x",
            "connect PLACE -f x -O x", "connect PLACE < x >> x", "connect PLACE -f x --record x",
            "listen PLACE -f x -O x", "listen -k PLACE -f x -O x", "listen -k PLACE -f x --record x",
            "listen -k PLACE -O x < x", "listen PLACE --replay x -O x", "listen PLACE --reply @x -O x",
            "listen -k PLACE --reply @x --record x",
            "udp send PLACE -f x --wait 1s -O x", "udp send PLACE -f x --record x",
            "udp send PLACE --replay x --record x",
            "udp connect PLACE -f x -O x", "udp connect PLACE < x >> x", "udp recv PLACE --reply @x -O x",
            "broadcast send 9 -f x --wait 1s -O x", "broadcast recv 0 --reply @x --record x",
            "resolve -n - < x >> x",
            "send PLACE data -O x --record x", "recv PLACE -O x --record hard", "recv PLACE --record x >> x",
            "recv -j PLACE -O x >> x", "udp recv PLACE -O x --record x",
        ])
    func refused(_ words: String) throws {
        try scene { scene in
            let contents = Data("127.0.0.1\n".utf8)
            let file = try scene.file("x", contents)
            link(file, scene.path("hard"))
            symlink(file, scene.path("soft"))
            let refusing = try Listener(listening: false)
            let place =
                words.contains("listen") || words.contains("recv") ? "127.0.0.1:0" : "\(refusing.place)"
            let line = words.replacingOccurrences(of: "PLACE", with: place)
            let program = try scene.shell(#"exec "$SOCKCTL" "# + line)
            try scene.expect(program, ends: .status(2))
            #expect(program.errors.text.contains("at the same time"), "\(scene)")
            #expect(try scene.contents("x") == contents, "\(scene)")
        }
    }

    @Test("what is no file may be both: a terminal, a socket, /dev/null")
    func devices() throws {
        try scene { scene in
            let listener = try Listener()
            for script in [
                #"exec "$SOCKCTL" connect "$1" < /dev/null > /dev/null"#,
                #"exec "$SOCKCTL" connect "$1" -f /dev/null -O /dev/null --record /dev/null"#,
            ] {
                let program = try scene.shell(script, arguments: ["\(listener.place)"])
                try listener.accept().close()
                try scene.expectSuccess(program)
            }
            let socket = try Channel.socket.make()
            let program = try scene.sockctl(
                "connect", "\(listener.place)", stdin: .descriptor(socket.read),
                stdout: .descriptor(socket.read))
            close(socket.read)
            let peer = try listener.accept()
            _ = "hello".withCString { write(socket.write, $0, 5) }
            #expect(try peer.receiveText(5) == "hello")
            close(socket.write)
            peer.close()
            _ = try program.exit()
        }
    }
}
