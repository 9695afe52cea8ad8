<?php
// Does what each line of standard input says with the snippets beside it, and answers a line each.
declare(strict_types=1);
require __DIR__ . '/launch_token.php';
require __DIR__ . '/signed_launch_token.php';
require __DIR__ . '/verified.php';

function answer(string $verb, array $fields): string
{
    if ($verb === 'launch') {
        return launch_token(...$fields);
    }
    if ($verb === 'sign') {
        return signed_launch_token(...$fields);
    }
    [$secret, $now, $body] = $fields;
    $names = ['HTTP_WEBHOOK_ID', 'HTTP_WEBHOOK_TIMESTAMP', 'HTTP_WEBHOOK_SIGNATURE'];
    $server = array_filter(array_combine($names, array_slice($fields, 3)), fn ($one) => $one !== null);
    try {
        return verified($secret, $server, $body, (int) $now);
    } catch (RuntimeException) {
        return 'refused';
    }
}

foreach (file('php://stdin', FILE_IGNORE_NEW_LINES) as $line) {
    $fields = explode("\t", $line);
    $verb = array_shift($fields);
    echo answer($verb, array_map(fn ($one) => $one === '-' ? null : base64_decode($one, true), $fields)), "\n";
}
