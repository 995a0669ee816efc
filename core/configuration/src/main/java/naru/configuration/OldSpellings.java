package naru.configuration;

import java.util.List;
import java.util.SortedMap;

/** What fifteen years of documents tell people to write, in today's words. */
final class OldSpellings {

    private OldSpellings() {}

    static SortedMap<String, String> translate(
            SortedMap<String, String> given, List<String> warnings, List<String> complaints) {
        String zookeeper = given.remove("zookeeper.connect");
        if (zookeeper != null) {
            complaints.add("zookeeper.connect=" + zookeeper + " has no meaning: there is no ZooKeeper. Write instead:\n"
                    + "  process.roles=broker,controller\n"
                    + "  node.id=" + given.getOrDefault("node.id", given.getOrDefault("broker.id", "1")));
        }
        String id = given.get("broker.id");
        if (id != null && given.containsKey("node.id") && !given.get("node.id").strip().equals(id.strip())) {
            complaints.add("Invalid value " + id + " for configuration broker.id: must be the same as node.id, "
                    + given.get("node.id"));
        } else if (id != null) {
            given.put("node.id", id.strip());
        }
        translateHostAndPort(given, "", "listeners", warnings);
        translateHostAndPort(given, "advertised.", "advertised.listeners", warnings);
        return given;
    }

    private static void translateHostAndPort(
            SortedMap<String, String> given, String prefix, String listeners, List<String> warnings) {
        String host = given.remove(prefix + "host.name");
        String port = given.remove(prefix + "port");
        if (host == null && port == null) {
            return;
        }
        if (given.containsKey(listeners)) {
            warnings.add(prefix + "host.name and " + prefix + "port are ignored, " + listeners + " is set");
            return;
        }
        String meant = "PLAINTEXT://" + (host == null ? prefix.isEmpty() ? "" : "localhost" : host.strip())
                + ":" + (port == null ? "9092" : port.strip());
        given.put(listeners, meant);
        warnings.add(prefix + "host.name and " + prefix + "port are old; read as " + listeners + "=" + meant);
    }
}
