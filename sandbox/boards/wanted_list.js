// Fills the list as it is scrolled, 20 postings at a time, and one recommended posting beside it.
const list = document.querySelector("ul[data-cy=job-list]");
let offset = 0;
let asking = false;
let atEnd = false;

function card(job, domain) {
  const link = document.createElement("a");
  link.href = "/wd/" + job.id;
  link.dataset.attributeId = "position__click";
  link.dataset.domain = domain;
  link.dataset.positionId = job.id;
  link.dataset.positionName = job.position;
  link.dataset.companyName = job.company.name;
  link.textContent = job.position + " · " + job.company.name;
  const box = document.createElement("div");
  box.dataset.cy = "job-card";
  box.style.height = "240px";
  box.append(link);
  return box;
}

async function more() {
  if (asking || atEnd) return;
  asking = true;
  const answer = await fetch(location.pathname + "/more?offset=" + offset);
  const { jobs, recommended } = await answer.json();
  for (const job of recommended) document.querySelector(".recommended").append(card(job, "recommendPosition"));
  for (const job of jobs) {
    const item = document.createElement("li");
    item.append(card(job, "list"));
    list.append(item);
  }
  offset += jobs.length;
  atEnd = jobs.length === 0;
  asking = false;
}

addEventListener("scroll", () => {
  if (innerHeight + scrollY > document.documentElement.scrollHeight - 400) more();
});
more();
