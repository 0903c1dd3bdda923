package io.forbear.retry.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** What the build wrote down about itself. */
final class Version implements IVersionProvider {

    static String lab() {
        Properties built = new Properties();
        try (InputStream in = Version.class.getResourceAsStream("lab.properties")) {
            if (in != null) {
                built.load(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return built.getProperty("version", "unknown");
    }

    @Override
    public String[] getVersion() {
        return new String[] {"retry-lab " + lab() + " (Java " + Runtime.version() + ")"};
    }
}
