# Does what each line of standard input says with the snippets beside it, and answers a line each.
require_relative "launch_token"
require_relative "signed_launch_token"
require_relative "verified"

NAMES = %w[HTTP_WEBHOOK_ID HTTP_WEBHOOK_TIMESTAMP HTTP_WEBHOOK_SIGNATURE]

def answer(verb, fields)
  return launch_token(*fields) if verb == "launch"
  return signed_launch_token(*fields) if verb == "sign"
  secret, now, body, *headers = fields
  begin
    verified(secret, NAMES.zip(headers).to_h.compact, body, now.to_i)
  rescue ArgumentError
    "refused"
  end
end

$stdin.each_line(chomp: true) do |line|
  verb, *fields = line.split("\t", -1)
  puts answer(verb, fields.map { |one| one == "-" ? nil : one.unpack1("m0").force_encoding("UTF-8") })
end
