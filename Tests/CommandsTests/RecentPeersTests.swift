// Who is known, and who makes room for another.

import Sockets
import Testing

@testable import Commands

@Suite struct RecentPeersTests {
    private let start = Instant.now

    @Test func theOneThatWasSilentForLongestMakesRoom() {
        var peers = RecentPeers<String, Int>(atMost: 2)
        peers.set("a", 1, at: start)
        peers.set("b", 2, at: start + .seconds(1))
        #expect(peers.isFull)
        // It has spoken since, so that the other one is older.
        let answer1 = peers.touch("a", at: start + .seconds(2))
        #expect(answer1)
        peers.set("c", 3, at: start + .seconds(3))
        #expect(Set(peers.values) == [1, 3])
        let answer2 = peers.touch("b", at: start + .seconds(4))
        #expect(!answer2)
        // Known anew, and it is not another one.
        peers.set("a", 4, at: start + .seconds(5))
        #expect(Set(peers.values) == [3, 4])
    }

    @Test func nobodyMakesRoomBeforeItsTime() {
        var peers = RecentPeers<String, Void>(atMost: 1)
        let answer3 = peers.makeRoom(silentFor: .zero, at: start)
        #expect(!answer3)
        peers.set("a", (), at: start)
        let answer4 = peers.makeRoom(silentFor: .seconds(60), at: start + .seconds(59))
        #expect(!answer4)
        let answer5 = peers.touch("a", at: start + .seconds(59))
        #expect(answer5)
        let answer6 = peers.makeRoom(silentFor: .seconds(60), at: start + .seconds(61))
        #expect(!answer6)
        let answer7 = peers.makeRoom(silentFor: .seconds(60), at: start + .seconds(119))
        #expect(answer7)
        #expect(peers.isEmpty)
    }

    @Test func manyAreForgottenAsTheyCame() {
        var peers = RecentPeers<Int, Int>(atMost: 100)
        for number in 0..<10_000 { peers.set(number, number, at: start + .milliseconds(number)) }
        #expect(Set(peers.values) == Set(9_900..<10_000))
    }
}
