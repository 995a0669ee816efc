package naru.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Locale;

/** Why a file could not be read or written, in words. What Java says of it is often nothing but the file's name. */
final class FileTrouble {

    private FileTrouble() {}

    /**
     * Goes on behind "... cannot be read: ".
     *
     * @param named the file that the sentence names already; null for none
     */
    static String of(IOException why, Path named) {
        return switch (why) {
            case AccessDeniedException denied -> "no permission" + (named != null && named.toString().equals(denied.getFile()) ? "" : " for " + denied.getFile());
            case NoSuchFileException missing -> "there is no file or folder " + missing.getFile();
            case NotDirectoryException file -> file.getFile() + " is no folder";
            case FileSystemException failed when failed.getReason() != null -> failed.getReason().toLowerCase(Locale.ROOT);
            case CharacterCodingException _ -> "it is no text in UTF-8";
            default -> String.valueOf(why.getMessage());
        };
    }
}
