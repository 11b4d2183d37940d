// What `--record` is given, and what is recorded there.

import Testing

@testable import CommandSpec

@Suite struct RecordingTargetTests {
    @Test(arguments: [
        ("a", "a", RecordingTarget.Form.events), ("-", "-", .events), ("a.json", "a.json", .events),
        ("pcapng:a", "a", .packets), ("pcapng:-", "-", .packets), ("a.pcapng", "a.pcapng", .packets),
        ("pcapng:a.pcapng", "a.pcapng", .packets), ("./pcapng:a", "./pcapng:a", .events),
        ("pcapng", "pcapng", .events), ("pcapng:", "", .packets), ("", "", .events),
    ])
    func forms(_ word: String, _ file: String, _ form: RecordingTarget.Form) {
        let target = RecordingTarget(Word(word))
        #expect(target.file == Word(file) && target.form == form)
    }
}
