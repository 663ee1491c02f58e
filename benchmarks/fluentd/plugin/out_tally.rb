require 'fluent/plugin/output'

module Fluent::Plugin
  # Counts footprints by tag, before fluentd acknowledges them: the file TAG holds how many came and how many
  # of them for the first time, each in 8 bytes.
  class TallyOutput < Output
    Fluent::Plugin.register_output('tally', self)

    Tally = Struct.new(:file, :seen, :came, :first)

    config_param :folder, :string

    def start
      super
      @tallies = Hash.new { |tallies, tag| tallies[tag] = tally(tag) }
    end

    def process(tag, events)
      tally = @tallies[tag]
      events.each do |_time, record|
        id = record['request_id'][-12, 12].to_i
        tally.came += 1
        next if tally.seen[id]

        tally.seen[id] = true
        tally.first += 1
      end
      tally.file.pwrite([tally.came, tally.first].pack('Q<Q<'), 0)
    end

    private

    def tally(tag)
      Tally.new(File.open(File.join(@folder, tag), 'wb'), [], 0, 0)
    end
  end
end
