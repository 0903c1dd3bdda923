import com.adobe.testing.s3mock.S3MockApplication;
import java.util.HashMap;
import java.util.Map;

/** Starts S3Mock on the port of the first argument, says so, and runs until it is killed. */
final class Start {

    private Start() {}

    public static void main(String[] arguments) throws Exception {
        Map<String, Object> settings = new HashMap<>(); // S3Mock changes it
        settings.put(S3MockApplication.PROP_HTTP_PORT, Integer.parseInt(arguments[0]));
        settings.put(S3MockApplication.PROP_HTTPS_PORT, S3MockApplication.RANDOM_PORT);
        settings.put(S3MockApplication.PROP_SILENT, true);
        S3MockApplication.start(settings);
        System.out.println("ready");
        Thread.currentThread().join();
    }
}
