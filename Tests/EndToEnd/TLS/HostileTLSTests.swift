// Handshakes and records that are changed on their way, and sessions that are cut off at each record: a few of those
// that Tests/run --all makes by the hundred thousand.

import Foundation
import Testing

@Suite("TLS, with a hostile peer")
struct HostileTLSTests {
    @Test("nothing crashes, hangs, or takes for payload what was not sent")
    func mutations() throws {
        try scene { scene in
            try Need.program("openssl").require()
            let program = try scene.run(
                .python3,
                [TLSPeer.script("hostile.py"), "--count", "2000", "--seed", "7", try Tool.sockctl.require()])
            #expect(try program.exit(within: 6 * patience) == .status(0), "\(scene)")
            #expect(program.output.lines.last?.hasSuffix(" sessions, 0 wrong") == true, "\(scene)")
        }
    }
}
