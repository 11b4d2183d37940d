// Scripts without a socket: what is met by what comes, whatever pieces it comes in, what may be sent then, and what is
// said where it is not.

import CommandSpec
import Framing
import Testing

@testable import Commands

@Suite struct ScriptCourseTests {
    private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    /// Expectations, as steps with a sending after each.
    private func course(_ texts: [String], isFramed: Bool = false) -> ScriptCourse {
        ScriptCourse(
            texts.flatMap { [.expect(Self.bytes($0)), .send(Self.bytes("answer"))] }, isFramed: isFramed)
    }

    private func met(_ course: inout ScriptCourse, _ piece: some Collection<UInt8>) -> [Int] {
        let piece = Array(piece)
        return course.take(piece.span.bytes)
    }

    @Test(
        "a text is found whatever pieces the stream comes in",
        arguments: [
            ("ab", "xxabxx", true), ("aab", "aaab", true), ("aab", "aaaaaaab", true),
            ("abab", "abaabab", true),
            ("abcabd", "abcabcabd", true), ("aa", "a", false), ("ab", "a b", false),
            ("abac", "abababac", true),
            ("\u{0}\u{1}", "\u{0}\u{0}\u{1}", true), ("x", "", false),
            ("login: ", "login:\r\nlogin: ", true),
        ])
    func found(text: String, stream: String, isFound: Bool) {
        let bytes = Self.bytes(stream)
        for first in 0...bytes.count {
            for second in first...bytes.count {
                var course = course([text])
                let steps =
                    met(&course, bytes[..<first]) + met(&course, bytes[first..<second])
                    + met(&course, bytes[second...])
                #expect(steps == (isFound ? [0] : []), "\(first) \(second)")
                #expect(course.sending == (isFound ? Self.bytes("answer") : nil))
            }
        }
        var course = course([text])
        #expect(bytes.flatMap { met(&course, [$0]) } == (isFound ? [0] : []))
    }

    @Test("each search agrees with one that keeps everything")
    func searchOfAll() {
        // All texts of up to four letters in all streams of up to eight, of two letters.
        func words(_ length: Int) -> [[UInt8]] {
            (0..<(1 << length)).map { number in (0..<length).map { UInt8(97 + (number >> $0 & 1)) } }
        }
        for text in (1...4).flatMap(words) {
            for stream in words(8) {
                var search = TextSearch(text)
                #expect(search.end(in: stream.span.bytes) == stream.firstRange(of: text)?.upperBound)
            }
        }
    }

    @Test("what follows a match counts for the next expectation, and no byte counts twice")
    func oneAfterTheOther() {
        var course = course(["ab", "bc", "d"])
        #expect(met(&course, Self.bytes("abc")) == [0])
        #expect(met(&course, Self.bytes("bcd")) == [2, 4])
        #expect(!course.expectsMore)
        // The three answers are sent in their order, and then it is done.
        var sent: [Int] = []
        while course.sending != nil { sent.append(course.haveSent()) }
        #expect(sent == [1, 3, 5] && course.isDone)
        #expect(met(&course, Self.bytes("ab")).isEmpty)
    }

    @Test("nothing is sent before what stands before it has come")
    func order() {
        var course = ScriptCourse(
            [.send([1]), .expect([2]), .expect([3]), .send([4]), .send([5]), .expect([6])],
            isFramed: false)
        #expect(course.awaited == nil && course.sending == [1])
        #expect(course.haveSent() == 0)
        #expect(course.awaited == 1 && course.sending == nil)
        #expect(met(&course, [2]) == [1])
        #expect(course.awaited == 2 && course.sending == nil)
        #expect(met(&course, [3, 6]) == [2, 5])
        #expect(course.sending == [4])
        #expect([course.haveSent(), course.haveSent()] == [3, 4])
        #expect(course.isDone)
    }

    @Test("with messages, one is enough for one expectation, and none begins in another")
    func messages() {
        var course = course(["ab", "ab"], isFramed: true)
        #expect(met(&course, Self.bytes("xa")) == [])
        #expect(met(&course, Self.bytes("b")) == [])
        #expect(met(&course, Self.bytes("xabab")) == [0])
        #expect(met(&course, Self.bytes("ab")) == [2])
    }

    @Test(
        "what is said of an expectation that is not met",
        arguments: [
            ([""], "step 1 of 4: expected 'a:', but it ended; nothing was received"),
            (["x\r\n"], #"step 1 of 4: expected 'a:', but it ended; received: 'x\r\n'"#),
            (
                ["a:"],
                #"step 3 of 4: expected '\x00\xff', but it ended; nothing was received since step 1"#
            ),
            (
                ["a:\u{0}"],
                #"step 3 of 4: expected '\x00\xff', but it ended; received since step 1: '\x00'"#
            ),
            (
                [String(repeating: "x", count: 100), "\u{e9}z"],
                "step 1 of 4: expected 'a:', but it ended; received, the last 64 of 103 bytes: "
                    + "'\(String(repeating: "x", count: 61))\u{e9}z'"
            ),
        ])
    func complaints(pieces: [String], words: String) {
        var course = ScriptCourse(
            [.expect(Self.bytes("a:")), .send([1]), .expect([0, 0xff]), .send([2])], isFramed: false)
        for piece in pieces { _ = met(&course, Self.bytes(piece)) }
        #expect(course.complaint("it ended") == words)
    }

    @Test("the order of the options is that of the steps")
    func options() throws {
        func steps(_ line: [Word], _ framing: MessageFraming? = nil) throws -> [Script.Step]? {
            guard case .run(_, let arguments) = try Program.sockctl.parse(line) else { return nil }
            return try Script(arguments, framing, nil)?.steps
        }
        #expect(
            try steps([
                "send", "--send", "a", "h:1", "--expect=b", "--send", #"c\r\n"#, "--expect", #"\xff"#,
            ])
                == [
                    .send(Self.bytes("a")), .expect(Self.bytes("b")), .send(Self.bytes("c\r\n")),
                    .expect([0xff]),
                ])
        #expect(try steps(["connect", "h:1"]) == nil)
        let lines = MessageFraming(.init(local: .none, socket: .delimiter([10])), maxMessage: 99)
        #expect(
            try steps(["send", "h:1", "--send", "a", "--send", ""], lines) == [
                .send([97, 10]), .send([10]),
            ])
        #expect(throws: Failure.self) { try steps(["send", "h:1", "--send", ""]) }
        #expect(throws: Failure.self) { try steps(["send", "h:1", "--send", #"a\nb"#], lines) }
    }
}
