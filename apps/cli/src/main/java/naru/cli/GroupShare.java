package naru.cli;

import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import naru.cli.wire.Place;
import naru.cli.wire.Reading;

/** What one member of a group reads: the partitions come and go while it reads. */
final class GroupShare {

    private static final long WAIT_MS = 200;
    private static final long COMMIT_MS = 5_000;

    private final Session session;
    private final Membership member;
    private final GroupOffsets offsets;
    private final Reading reading;
    private final Map<Place, Long> starts;
    private final Map<Place, Long> ends;
    private final TreeSet<Place> has = new TreeSet<>();
    private final Map<Place, Long> seen = new TreeMap<>();
    private long committedAtNs = System.nanoTime();

    /**
     * @param starts where partitions begin of which the group has nothing yet
     * @param ends where they end; null to go on for ever
     */
    GroupShare(Session session, Membership member, String group, Reading reading, Map<Place, Long> starts, Map<Place, Long> ends) {
        this.session = session;
        this.member = member;
        this.offsets = new GroupOffsets(session.brokers(), group);
        this.reading = reading;
        this.starts = starts;
        this.ends = ends;
    }

    /** Reads until the taker has enough, or all that fell to this member has come to its end. */
    void read(Reading.Taker taker) {
        var going = new boolean[] {true};
        while (going[0]) {
            keepUp();
            if (reading.isDone()) {
                session.screen().flush();
                if (ends != null && member.isSettled(has)) {
                    return;
                }
                session.brokers().pause(WAIT_MS);
                continue;
            }
            reading.step(WAIT_MS, (place, record) -> {
                seen.put(place, record.offset() + 1);
                going[0] = taker.take(place, record);
                return going[0];
            });
            if (going[0]) {
                // Also behind what is no record: markers, and what compaction took.
                reading.next().forEach((place, next) -> seen.merge(place, Math.min(next, end(place)), Math::max));
            }
            session.screen().flush();
            String note = reading.takeNote();
            if (note != null) {
                session.screen().say("naru: " + note);
            }
        }
    }

    private long end(Place place) {
        return ends == null ? Long.MAX_VALUE : ends.getOrDefault(place, 0L);
    }

    /** Gives up what others shall have, and takes what has fallen to this member, until both agree. */
    private void keepUp() {
        member.beat(has);
        while (!has.equals(member.wanted())) {
            var lost = new TreeSet<>(has);
            lost.removeAll(member.wanted());
            lost.forEach(reading::drop);
            member.commit(seen, lost);
            has.removeAll(lost);
            lost.forEach(seen::remove);
            var gained = new TreeSet<>(member.wanted());
            gained.removeAll(has);
            if (!gained.isEmpty()) {
                begin(gained);
            }
            member.beat(has);
        }
        if (System.nanoTime() - committedAtNs > COMMIT_MS * 1_000_000) {
            member.commit(seen, has);
            committedAtNs = System.nanoTime();
        }
    }

    private void begin(TreeSet<Place> gained) {
        var committed = session.line().has("from") ? Map.<Place, Long>of() : offsets.committed(gained);
        for (var place : gained) {
            long from = committed.getOrDefault(place, starts.getOrDefault(place, 0L));
            reading.add(place, from, end(place));
            seen.put(place, from);
            has.add(place);
        }
    }

    /** Says how far it has got, and goes. */
    void leave() {
        member.commit(seen, has);
        member.leave();
    }
}
