package naru.server;

import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** A {@code server.properties}, as people write them. */
final class SettingsFile {

    /** A folder of Windows whose backslashes nobody has doubled: a properties file would swallow them. */
    private static final Pattern FOLDER_OF_WINDOWS =
            Pattern.compile("(?m)^(\\s*(?:log\\.dirs?|metadata\\.log\\.dir)\\s*[=:]\\s*)([A-Za-z]:\\\\(?!\\\\).*)$");

    private SettingsFile() {}

    /** @throws IOException whose message is for the person who named the file */
    static Map<String, String> read(String path) throws IOException {
        var file = new Properties();
        try {
            file.load(new StringReader(withFoldersOfWindows(text(Files.readAllBytes(Path.of(path))))));
        } catch (NoSuchFileException _) {
            throw new IOException("there is no file " + path);
        } catch (AccessDeniedException denied) {
            throw denied;
        } catch (FileSystemException failed) {
            throw new IOException(path + " cannot be read: " + failed.getReason(), failed);
        } catch (IOException failed) {
            throw new IOException(path + " cannot be read: " + failed.getMessage(), failed);
        } catch (IllegalArgumentException unclear) {
            throw new IOException(path + " cannot be understood: " + unclear.getMessage(), unclear);
        }
        var all = new TreeMap<String, String>();
        file.stringPropertyNames().forEach(name -> all.put(name, file.getProperty(name)));
        return all;
    }

    /** They are written in UTF-8 today, and were in Latin-1 by their definition. */
    private static String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException _) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }

    private static String withFoldersOfWindows(String text) {
        return text.indexOf('\\') < 0 ? text
                : FOLDER_OF_WINDOWS.matcher(text).replaceAll(found -> found.group(1) + found.group(2).replace("\\", "\\\\\\\\"));
    }
}
