// Does what each line of standard input says with the snippets beside it, and answers a line each.
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;

class Driver {
    static final List<String> NAMES = List.of("webhook-id", "webhook-timestamp", "webhook-signature");

    public static void main(String[] arguments) throws Exception {
        var lines = new BufferedReader(new InputStreamReader(System.in));
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            var parts = line.split("\t", -1);
            System.out.println(answer(parts[0], Arrays.copyOfRange(parts, 1, parts.length)));
        }
    }

    static String answer(String verb, String[] fields) throws Exception {
        var texts = Arrays.stream(fields).map(one -> one.equals("-") ? null : new String(decoded(one))).toList();
        switch (verb) {
            case "launch": return LaunchTokens.launchToken(texts.get(0), texts.get(1), texts.get(2), texts.get(3));
            case "sign":
                return new SignedLaunchTokens().launchToken(texts.get(0), texts.get(1), texts.get(2), texts.get(3));
            default:
        }
        var headers = new HashMap<String, String>();
        for (var number = 0; number < NAMES.size(); number++) headers.put(NAMES.get(number), texts.get(3 + number));
        try {
            return Webhooks.verified(texts.get(0), headers::get, decoded(fields[2]), Long.parseLong(texts.get(1)));
        } catch (GeneralSecurityException refused) {
            return "refused";
        }
    }

    static byte[] decoded(String field) {
        return Base64.getDecoder().decode(field);
    }
}
