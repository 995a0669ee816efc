package naru.differential;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/** Differences as a person reads them: one line for each, with the versions it shows in. */
final class Report {

    private Report() {}

    static List<String> lines(List<Difference> differences) {
        var together = new LinkedHashMap<String, List<Difference>>();
        differences.forEach(each -> together.computeIfAbsent(each.sameIn(), _ -> new ArrayList<>()).add(each));
        return together.values().stream().map(Report::line).toList();
    }

    private static String line(List<Difference> same) {
        var first = same.getFirst();
        var versions = new StringBuilder();
        int from = first.version();
        int to = from;
        for (var each : same.subList(1, same.size())) {
            if (each.version() != to + 1) {
                versions.append(range(from, to)).append(',');
                from = each.version();
            }
            to = each.version();
        }
        versions.append(range(from, to));
        return first.scenario() + " | " + first.step() + " | " + first.api() + " v" + versions + " | " + first.path()
                + " | kafka: " + first.kafka() + " | naru: " + first.naru();
    }

    private static String range(int from, int to) {
        return from == to ? String.valueOf(from) : from + "-" + to;
    }
}
