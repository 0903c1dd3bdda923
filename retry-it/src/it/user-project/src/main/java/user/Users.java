package user;

import io.forbear.retry.Retry;
import java.util.function.Supplier;

/** What an application has: something remote, and a retry around it. */
public class Users {

    private final Retry retry;
    private final Supplier<String> remote;

    public Users(Retry retry, Supplier<String> remote) {
        this.retry = retry;
        this.remote = remote;
    }

    public String get() {
        return retry.call(remote::get);
    }
}
