namespace SmartCity.ConformanceTests.Clauses;

public class ClauseTableTests
{
    [Fact]
    public void What_is_claimed_is_shown_by_a_test()
    {
        var tests = ClauseTable.Tests();
        var unshown = ClauseTable.Read().Where(clause => clause.Support != "no" && !tests[clause.Number].Any());
        Assert.Empty(unshown.Select(clause => clause.Number));
    }

    [Fact]
    public void What_is_shown_is_claimed()
    {
        var claimed = ClauseTable.Read().Where(clause => clause.Support != "no").Select(clause => clause.Number).ToHashSet();
        Assert.Empty(ClauseTable.Tests().Where(clause => !claimed.Contains(clause.Key)).Select(clause => clause.Key));
    }

    [Fact]
    public void Every_claim_is_one_of_three_and_says_what_is_missing()
    {
        var clauses = ClauseTable.Read();
        Assert.Equal(clauses.Count, clauses.DistinctBy(clause => clause.Number).Count());
        Assert.All(clauses, clause =>
        {
            Assert.Contains(clause.Support, new[] { "yes", "partial", "no" });
            Assert.True(clause.Support != "partial" || clause.Note.Length > 0, $"{clause.Number} does not say what is missing");
        });
    }

    /// <summary>With UPDATE_README=1 in the environment it writes the table instead.</summary>
    [Fact]
    public void The_README_shows_the_table_as_it_is()
    {
        var path = ClauseTable.FindReadme();
        var readme = File.ReadAllText(path);
        var expected = ClauseTable.Insert(readme);
        if (Environment.GetEnvironmentVariable("UPDATE_README") == "1") File.WriteAllText(path, expected);
        else Assert.True(expected == readme, "the table is stale: run the tests once with UPDATE_README=1");
    }
}
