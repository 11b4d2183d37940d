// A recording that is played back: `--replay FILE`.

@testable import Commands

func target(_ input: inout Input) {
    let role: Role = input.byte() & 1 == 1 ? .client : .server
    var session = RecordedSession(of: role)
    for line in input.remaining().split(separator: 0x0a) {
        do throws(RecordedSession.Malformed) {
            guard let action = try session.next(Array(line)) else { continue }
            check(action.offset >= .zero, "\(action)")
            check(session.hasConnection, "\(action)")
        } catch {
            check(error.line > 0 && !error.words.isEmpty, "\(error)")
        }
    }
}
