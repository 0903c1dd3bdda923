package io.forbear.examples;

import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.error.ErrorClassifier;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/** Files on a network share: what passes is retried, and a file is written so that a repeated attempt does no harm. */
class SharedFiles {

    private final Retry share = Retries.named("share")
            .policy(RetryPolicy.builder()
                    .classifier(ErrorClassifier.builder()
                            .on(FileSystemException.class, SharedFiles::classify)
                            .build())
                    .build())
            .build();

    /** By default a FileSystemException is not retried: most say that the program is wrong. These two pass. */
    private static @Nullable Classification classify(FileSystemException failure) {
        String reason = failure.getReason() == null ? "" : failure.getReason();
        return reason.contains("being used by another process") || reason.contains("Stale file handle")
                ? Classification.of(ErrorCategory.TRANSIENT).local()
                : null;
    }

    void write(Path target, String text) throws IOException {
        share.run(() -> {
            Path whole = Files.createTempFile(target.toAbsolutePath().getParent(), "part-", ".tmp");
            try {
                Files.writeString(whole, text);
                move(whole, target);
            } finally {
                Files.deleteIfExists(whole);
            }
        });
    }

    void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    Retry retry() {
        return share;
    }

    public static void main(String[] args) throws IOException {
        Path target = Files.createTempDirectory("share").resolve("report.txt");
        new SharedFiles().write(target, "done");
        System.out.println(Files.readString(target));
    }
}
