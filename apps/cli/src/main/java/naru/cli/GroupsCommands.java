package naru.cli;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import naru.cli.options.Option;
import naru.cli.options.Syntax;
import naru.cli.options.Syntax.Kind;
import naru.cli.terminal.Ink;
import naru.cli.terminal.Page;
import naru.cli.terminal.Table;
import naru.cli.terminal.Unit;
import naru.cli.wire.Brokers;
import naru.cli.wire.Offsets;
import naru.cli.wire.Place;
import naru.cli.wire.Position;
import naru.cli.wire.Refused;
import naru.cli.wire.Topology;
import naru.protocol.ErrorCode;
import naru.protocol.message.ApiKey;
import naru.protocol.message.DeleteGroupsRequest;
import naru.protocol.message.DeleteGroupsResponse;
import naru.protocol.message.OffsetDeleteRequest;
import naru.protocol.message.OffsetDeleteRequest.OffsetDeleteRequestPartition;
import naru.protocol.message.OffsetDeleteRequest.OffsetDeleteRequestTopic;
import naru.protocol.message.OffsetDeleteResponse;

/** {@code naru groups}. */
final class GroupsCommands {

    private static final long WORRYING_MS = 60_000;

    private GroupsCommands() {}

    static List<Command> all() {
        return List.of(
                new Command(Syntax.of("groups list", "List groups")
                        .maybe("PATTERN", Kind.GROUP)
                        .option(Option.flag("names", "nothing but names, one on a line"))
                        .example("naru groups list"), GroupsCommands::list),
                new Command(Syntax.of("groups describe", "Show how far groups have got, in records and in time, and who their members are")
                        .operands("GROUP", Kind.GROUP)
                        .option(Option.flag("members", "the members too, with what is assigned to each"))
                        .example("naru groups describe billing --members"), GroupsCommands::describe),
                new Command(Syntax.of("groups reset", "Set where a group goes on; shows what would change, and changes it with --execute")
                        .operand("GROUP", Kind.GROUP)
                        .option(Option.of("topic", "TOPIC[:N,N]", "of this topic, or these partitions of it; may be given several times (default: all the group has)").repeated())
                        .option(Option.of("to", "WHERE", "start, end, an offset, -N for N before the end, or a time: 2026-11-21T14:05, 14:05, -5m"))
                        .option(Option.of("by", "N", "so many records on, or back when it is negative"))
                        .option(Option.flag("execute", "change it"))
                        .example("naru groups reset billing --topic orders --to start")
                        .example("naru groups reset billing --topic orders:0,2 --to -1h --execute"), GroupsCommands::reset),
                new Command(Syntax.of("groups delete", "Delete groups without members, or what they committed for a topic")
                        .operands("GROUP", Kind.GROUP)
                        .option(Option.of("topic", "TOPIC", "delete only what was committed for this topic"))
                        .option(Session.YES)
                        .example("naru groups delete billing --yes"), GroupsCommands::delete));
    }

    private static void list(Session session) {
        var table = new Table().column("group", "GROUP", Unit.NAME).column("type", "TYPE", Unit.TEXT)
                .column("state", "STATE", Unit.TEXT, GroupsCommands::inkOfState).column("protocol", "PROTOCOL", Unit.TEXT);
        for (var group : Group.listAll(session.brokers())) {
            if (!TopicsCommands.matches(group.groupId(), session.line().operands())) {
                continue;
            }
            if (session.line().has("names")) {
                session.screen().line(group.groupId());
            }
            table.row(group.groupId(), group.groupType() == null || group.groupType().isEmpty() ? "classic"
                    : group.groupType().toLowerCase(java.util.Locale.ROOT), group.groupState(), group.protocolType().isEmpty() ? null : group.protocolType());
        }
        if (!session.line().has("names")) {
            session.screen().show(table, session.line().operands().isEmpty() ? "there are no groups" : "no group matches");
        }
    }

    private static Ink inkOfState(Object state) {
        return switch (String.valueOf(state)) {
            case "Stable" -> Ink.GOOD;
            case "Empty", "Dead" -> Ink.FAINT;
            default -> Ink.WARNING;
        };
    }

    private static void describe(Session session) {
        var pages = new ArrayList<Page>();
        for (var name : session.line().operands()) {
            pages.add(page(Group.of(session.brokers(), name, session.nowMs()), session.line().has("members")));
        }
        session.screen().show(pages);
    }

    private static Page page(Group group, boolean withMembers) {
        var partitions = new Table().column("topic", "TOPIC", Unit.NAME).column("partition", "PARTITION", Unit.NUMBER)
                .column("committed", "COMMITTED", Unit.NUMBER).column("end", "END", Unit.NUMBER)
                .column("lag", "LAG", Unit.NUMBER, lag -> lag != null && (Long) lag > 0 ? Ink.WARNING : Ink.PLAIN)
                .column("behindMs", "BEHIND", Unit.MILLISECONDS, behind -> behind != null && (Long) behind > WORRYING_MS ? Ink.BAD : Ink.PLAIN)
                .column("client", "CLIENT", Unit.TEXT).hidden("memberId");
        group.progress().forEach((place, progress) -> {
            var member = group.memberOf(place);
            partitions.row(place.topic(), place.partition(), progress.committed(), progress.end(), progress.lag(), progress.behindMs(),
                    member == null ? null : member.client(), member == null ? null : member.id());
        });
        var members = new Table().column("client", "CLIENT", Unit.NAME).column("host", "HOST", Unit.TEXT)
                .column("instance", "INSTANCE", Unit.TEXT).column("partitions", "PARTITIONS", Unit.LIST).hidden("memberId");
        group.members().forEach(one -> members.row(one.client(), one.host(), one.instance(),
                one.places().stream().map(Place::toString).toList(), one.id()));
        var page = new Page()
                .fact("group", "group", Unit.NAME, group.name())
                .fact("type", "type", Unit.TEXT, group.type())
                .fact("state", "state", Unit.TEXT, group.state(), inkOfState(group.state()))
                .fact("memberCount", "members", Unit.NUMBER, group.members().size())
                .fact("lag", "lag", Unit.NUMBER, group.lag())
                .fact("behindMs", "behind", Unit.MILLISECONDS, group.behindMs())
                .hidden("coordinator", group.coordinator()).hidden("assignor", group.assignor()).hidden("epoch", group.epoch())
                .table("partitions", partitions);
        return withMembers ? page.table("members", members) : page;
    }

    private static void reset(Session session) {
        var line = session.line();
        var brokers = session.brokers();
        String name = line.operand(0);
        if (line.has("to") == line.has("by")) {
            throw Failure.misuse(line.has("to") ? "--to and --by say two things" : "nothing says where to", "give one of --to WHERE and --by N");
        }
        var offsets = new GroupOffsets(brokers, name);
        var committed = offsets.committed(null);
        var places = line.has("topic") ? chosen(brokers, line.all("topic")) : List.copyOf(committed.keySet());
        if (places.isEmpty()) {
            throw committed.isEmpty() && Group.listAll(brokers).stream().noneMatch(one -> one.groupId().equals(name)) ? Group.unknown(brokers, name)
                    : new Failure("group '" + name + "' has committed nothing yet", "say which topic with --topic");
        }
        var topology = Topology.of(brokers, places.stream().map(Place::topic).distinct().toList());
        var wanted = line.has("to") ? Position.parse("to", line.text("to"), session.nowMs()).offsets(brokers, topology, places, false)
                : shifted(session, topology, places, committed);
        var ends = Offsets.ends(brokers, topology, places, false);
        var table = new Table().column("topic", "TOPIC", Unit.NAME).column("partition", "PARTITION", Unit.NUMBER)
                .column("committed", "NOW", Unit.NUMBER).column("new", "NEW", Unit.NUMBER)
                .column("change", "CHANGE", Unit.NUMBER).column("lag", "LAG THEN", Unit.NUMBER);
        wanted.forEach((place, offset) -> {
            Long now = committed.get(place);
            table.row(place.topic(), place.partition(), now, offset, now == null ? null : (Long) (offset - now), ends.getOrDefault(place, offset) - offset);
        });
        if (line.has("execute")) {
            offsets.commit(wanted);
        }
        session.screen().show(table, "");
        if (!session.screen().isJson()) {
            session.screen().say(line.has("execute") ? "group " + name + " goes on there" : "nothing was changed; add --execute to do it");
        }
    }

    private static Map<Place, Long> shifted(Session session, Topology topology, List<Place> places, Map<Place, Long> committed) {
        long by;
        try {
            by = Long.parseLong(session.line().text("by"));
        } catch (NumberFormatException _) {
            throw Failure.misuse("--by wants a number, not '" + session.line().text("by") + "'", "write for example --by -100");
        }
        var starts = Offsets.starts(session.brokers(), topology, places);
        var ends = Offsets.ends(session.brokers(), topology, places, false);
        var wanted = new TreeMap<Place, Long>();
        for (var place : places) {
            if (committed.containsKey(place) && starts.containsKey(place) && ends.containsKey(place)) {
                wanted.put(place, Math.clamp(committed.get(place) + by, starts.get(place), ends.get(place)));
            }
        }
        return wanted;
    }

    /** {@code orders}, or {@code orders:0,2}. */
    private static List<Place> chosen(Brokers brokers, List<String> texts) {
        var places = new LinkedHashSet<Place>();
        for (var text : texts) {
            int colon = text.indexOf(':');
            String topic = colon < 0 ? text : text.substring(0, colon);
            var topology = Topology.of(brokers, List.of(topic));
            if (colon < 0) {
                places.addAll(topology.places(topic));
                continue;
            }
            for (var number : text.substring(colon + 1).split(",", -1)) {
                Place place;
                try {
                    place = new Place(topic, Integer.parseInt(number.strip()));
                } catch (NumberFormatException _) {
                    throw Failure.misuse("--topic wants numbers of partitions behind the colon, not '" + number + "'", "write for example orders:0,2");
                }
                if (topology.partition(place) == null) {
                    throw new Failure("topic '" + topic + "' has no partition " + number, "it has 0 to " + (topology.places(topic).size() - 1));
                }
                places.add(place);
            }
        }
        return List.copyOf(places);
    }

    private static void delete(Session session) {
        var brokers = session.brokers();
        String topic = session.line().text("topic");
        for (var name : session.line().operands()) {
            Group.typeOf(brokers, name);
        }
        session.confirm("Delete " + (topic == null ? "" : "what was committed for topic " + topic + " by ")
                + (session.line().operands().size() == 1 ? "group " : "groups ") + String.join(", ", session.line().operands()) + "?");
        for (var name : session.line().operands()) {
            if (topic == null) {
                var answer = brokers.coordinator(Brokers.GROUP, name).ask(ApiKey.DELETE_GROUPS, new DeleteGroupsRequest(List.of(name)), DeleteGroupsResponse.class).await();
                var result = answer.results().getFirst();
                Refused.check(result.errorCode(), result.errorMessage(), "group '" + name + "' was not deleted");
                session.screen().done("deleted group " + name);
            } else {
                forget(session, name, topic);
            }
        }
    }

    private static void forget(Session session, String name, String topic) {
        var brokers = session.brokers();
        var partitions = Topology.of(brokers, List.of(topic)).places(topic).stream().map(place -> new OffsetDeleteRequestPartition(place.partition())).toList();
        var answer = brokers.coordinator(Brokers.GROUP, name).ask(ApiKey.OFFSET_DELETE,
                new OffsetDeleteRequest(name, List.of(new OffsetDeleteRequestTopic(topic, partitions))), OffsetDeleteResponse.class).await();
        String what = "what group '" + name + "' committed for topic '" + topic + "' was not deleted";
        Refused.check(answer.errorCode(), null, what);
        for (var one : answer.topics()) {
            for (var partition : one.partitions()) {
                if (ErrorCode.of(partition.errorCode()) == ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC) {
                    throw new Failure(what + ": its members read that topic", "stop them first");
                }
                Refused.check(partition.errorCode(), null, what);
            }
        }
        session.screen().done("group " + name + " has forgotten topic " + topic);
    }
}
