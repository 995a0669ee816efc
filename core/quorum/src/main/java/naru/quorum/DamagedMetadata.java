package naru.quorum;

/** What a folder says cannot be used: a foreign cluster, another node, unknown or damaged metadata. */
public final class DamagedMetadata extends RuntimeException {

    private static final long serialVersionUID = 1;

    public DamagedMetadata(String why) {
        super(why);
    }
}
