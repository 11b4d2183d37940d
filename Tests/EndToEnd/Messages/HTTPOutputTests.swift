// HTTP messages in the text output: what was received comes out as it was, also where its own bytes do not tell
// where it ends.

import Foundation
import Testing

@Suite("--frame http in text")
struct HTTPOutputTests {
    @Test("the response to HEAD has a length and no content")
    func head() throws {
        try scene { scene in
            let response = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
            let listener = try Listener()
            let program = try scene.run(.sockctl, ["send", "--http", "HEAD", "http://\(listener.place)/"])
            let peer = try listener.accept()
            #expect(try peer.receiveText(6) == "HEAD /")
            try peer.send(response)
            try scene.expectSuccess(program)
            scene.expect(program.output.bytes, is: Data(response.utf8))
            peer.close()
        }
    }

    @Test("a response that ends with its connection is followed by that of another")
    func twoThatEndWithTheirConnections() throws {
        try scene { scene in
            let program = try scene.run(.sockctl, ["listen", "-k", "127.0.0.1:0", "--frame", "http"])
            let place = try program.errors.listeningPlace()
            var expected = Data()
            for number in 1...2 {
                let response = Data("HTTP/1.1 200 OK\r\n\r\nnumber \(number)".utf8)
                expected += response
                let peer = try Peer(connectingTo: place)
                try peer.send(response)
                peer.shutdown()
                #expect(program.output.wait(forCount: expected.count), "\(scene)")
                peer.close()
            }
            scene.expect(program.output.bytes, is: expected)
        }
    }
}
