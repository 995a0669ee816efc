package naru.quorum;

import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import naru.base.Disk;
import naru.base.Randomness;
import naru.base.Uuid;

/** Whose folder this is: {@code meta.properties}, version 1, as Kafka writes it. */
public record MetaProperties(String clusterId, int nodeId, Uuid directory) {

    private static final String NAME = "/meta.properties";

    /** Reads a folder's mark, or writes one; the folder then belongs to this node for good. */
    public static MetaProperties claim(Disk disk, String folder, int nodeId, String clusterId, Randomness randomness) {
        String path = folder + NAME;
        disk.createFolders(folder);
        if (!disk.exists(path)) {
            var fresh = new MetaProperties(clusterId, nodeId, randomness.nextUuid());
            disk.replace(path, fresh.text().getBytes(StandardCharsets.UTF_8));
            return fresh;
        }
        var found = read(disk, folder);
        if (found.nodeId() != nodeId) {
            throw new DamagedMetadata(path + " belongs to node " + found.nodeId() + ", this is node " + nodeId
                    + ": set node.id=" + found.nodeId() + " or use another folder");
        }
        if (!found.clusterId().equals(clusterId)) {
            throw new DamagedMetadata(path + " belongs to cluster " + found.clusterId() + ", the other folders to "
                    + clusterId);
        }
        if (found.directory().isZero()) {
            var named = new MetaProperties(clusterId, nodeId, randomness.nextUuid());
            disk.replace(path, named.text().getBytes(StandardCharsets.UTF_8));
            return named;
        }
        return found;
    }

    /** The mark of a folder; null when it has none. */
    public static MetaProperties read(Disk disk, String folder) {
        String path = folder + NAME;
        if (!disk.exists(path)) {
            return null;
        }
        var values = new TreeMap<String, String>();
        for (var line : new String(disk.readAll(path), StandardCharsets.UTF_8).split("\n")) {
            int equals = line.indexOf('=');
            if (equals > 0 && !line.startsWith("#")) {
                values.put(line.substring(0, equals).strip(), line.substring(equals + 1).strip());
            }
        }
        String version = values.getOrDefault("version", "");
        if (!version.equals("1")) {
            throw new DamagedMetadata(path + ": version '" + version + "' is not 1");
        }
        String directory = values.get("directory.id");
        return new MetaProperties(given(path, values, "cluster.id"), nodeIn(path, given(path, values, "node.id")),
                directory == null ? Uuid.ZERO : idIn(path, directory));
    }

    private static String given(String path, TreeMap<String, String> values, String key) {
        String value = values.getOrDefault(key, "");
        if (value.isEmpty()) {
            throw new DamagedMetadata(path + " does not say " + key);
        }
        return value;
    }

    private static int nodeIn(String path, String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException none) {
            throw new DamagedMetadata(path + ": node.id '" + text + "' is not a number");
        }
    }

    private static Uuid idIn(String path, String text) {
        try {
            return Uuid.parse(text);
        } catch (IllegalArgumentException none) {
            throw new DamagedMetadata(path + ": directory.id '" + text + "' is not an id");
        }
    }

    void write(Disk disk, String folder) {
        disk.replace(folder + NAME, text().getBytes(StandardCharsets.UTF_8));
    }

    private String text() {
        return "cluster.id=" + clusterId + "\ndirectory.id=" + directory + "\nnode.id=" + nodeId + "\nversion=1\n";
    }
}
