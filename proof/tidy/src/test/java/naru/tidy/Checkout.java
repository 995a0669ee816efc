package naru.tidy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The project's tree as the tidy tests read it. */
record Checkout(Path root) {

    private static final Pattern DEPENDENCY = Pattern.compile("<dependency>(.*?)</dependency>", Pattern.DOTALL);
    private static final Pattern ARTIFACT = Pattern.compile("<artifactId>naru-([a-z]+)</artifactId>");

    static Checkout ofThisBuild() {
        return new Checkout(Path.of("..", "..").toAbsolutePath().normalize());
    }

    String text(String file) {
        try {
            return Files.readString(root.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The allowed arrows: room to the rooms it may see. */
    SortedMap<String, SortedSet<String>> allowedArrows() {
        var arrows = new TreeMap<String, SortedSet<String>>();
        for (var line : text("proof/tidy/rooms.txt").lines().filter(l -> !l.startsWith("#") && !l.isBlank()).toList()) {
            String[] sides = line.split("->", -1);
            var seen = new TreeSet<>(List.of(sides[1].trim().split("\\s+")));
            seen.remove("");
            arrows.put(sides[0].trim(), seen);
        }
        return arrows;
    }

    /** The arrows as the modules' build files have them, tests left out. */
    SortedMap<String, SortedSet<String>> arrows() {
        var byName = new TreeMap<String, String>();
        for (var room : rooms()) {
            byName.put(room.substring(room.indexOf('/') + 1), room);
        }
        var arrows = new TreeMap<String, SortedSet<String>>();
        for (var room : rooms()) {
            var seen = new TreeSet<String>();
            var dependencies = DEPENDENCY.matcher(text(room + "/pom.xml"));
            while (dependencies.find()) {
                var artifact = ARTIFACT.matcher(dependencies.group(1));
                if (artifact.find() && !dependencies.group(1).contains("<scope>test</scope>")) {
                    seen.add(byName.get(artifact.group(1)));
                }
            }
            arrows.put(room, seen);
        }
        return arrows;
    }

    /** Every module of the build, such as {@code core/log}. */
    List<String> rooms() {
        var module = Pattern.compile("<module>(.*?)</module>").matcher(text("pom.xml"));
        return module.results().map(found -> found.group(1)).sorted().toList();
    }

    /** Files below a folder of a room whose name ends so; none when the folder is not there. */
    List<Path> files(String folder, String ending) {
        if (!Files.isDirectory(root.resolve(folder))) {
            return List.of();
        }
        try (var files = Files.walk(root.resolve(folder))) {
            return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
